// Clamp or ablate units and gates, edit the state, begin in another one: what the network expects and writes changes at once.
import { useMemo } from "preact/hooks";
import { nextTokens } from "unrolled/inspect";
import type { Branch, Interference, ModelSummary, Reading } from "../engine/protocol.ts";
import { ExportButtons } from "../export/export-buttons.tsx";
import { interferenceCsv, plainNumbers } from "../export/inspection-table.ts";
import { percentOf } from "../figures/bars.tsx";
import { colourOf, inkOn } from "../figures/palette.ts";
import { useTheme } from "../figures/theme.ts";
import { shownPiece, TokenText } from "../figures/token-text.tsx";
import { ExperimentsCard } from "../interfere/experiments-card.tsx";
import { whatChanged } from "../interfere/what-changed.ts";
import type { Page } from "../page.ts";
import { useAnswer } from "./answered.ts";
import { InterventionForm, interventionInWords } from "./intervention-form.tsx";
import { textFigure } from "./text-figure-source.ts";
import { unitsToText } from "./unit-ranges.ts";

/** Tokens of a continuation. */
const COUNT = 120;
/** Bits that have the strongest colour. */
const MOST_BITS = 4;
const MOST_ROWS = 8;

export function InterfereView({ page }: { readonly page: Page }) {
  if (!page.reading || !page.model) return <p class="waiting">The network is reading …</p>;
  return <Interfere page={page} reading={page.reading} model={page.model} />;
}

interface InterfereProps {
  readonly page: Page;
  readonly reading: Reading;
  readonly model: ModelSummary;
}

function Interfere({ page, reading, model }: InterfereProps) {
  const { state, set } = page;
  const { interventions, before, temperature, topK, topP, seed } = state;
  const question = {
    slot: "a" as const,
    interventions,
    before,
    count: COUNT,
    seed,
    sampling: { temperature, topK, topP },
  };
  const { answer, problem, isPending } = useAnswer(page, "interfere", question, [
    reading,
    interventions,
    before,
    temperature,
    topK,
    topP,
    seed,
  ]);
  const changed = useMemo(
    () => (answer && !isPending && isOf(answer, reading) ? whatChanged(reading, answer) : undefined),
    [answer, isPending, reading],
  );
  const isUnchanged = interventions.length === 0 && before === "";
  return (
    <section class="interfere" aria-label={`Interfere${page.side}`}>
      <ExperimentsCard page={page} reading={reading} changed={changed} />
      <InterventionForm
        key={`${state.layer} ${state.unit}`}
        layers={reading.trace.layers}
        steps={reading.pieces.length}
        layer={state.layer}
        unit={state.unit}
        onAdd={(added) => set({ interventions: [...interventions, added] })}
      />
      <div class="card">
        <h2>What is changed</h2>
        {isUnchanged && <p class="note">Nothing yet: below, both readings are the same.</p>}
        <ul class="interventions">
          {interventions.map((each, index) => {
            const words = interventionInWords(each, unitsToText(each.units));
            return (
              <li key={`${index} ${words}`}>
                {words}{" "}
                <button
                  type="button"
                  aria-label={`Undo: ${words}`}
                  onClick={() => set({ interventions: interventions.filter((_, other) => other !== index) })}
                >
                  Undo
                </button>
              </li>
            );
          })}
        </ul>
        <label class="before">
          Begin in the state after reading{" "}
          <input
            value={before}
            placeholder="nothing: a state of zeros"
            onInput={({ currentTarget }) => set({ before: currentTarget.value })}
          />
        </label>
      </div>
      {problem !== undefined && <p class="problem">{problem}</p>}
      {answer && isOf(answer, reading) && (
        <Compared page={page} reading={reading} model={model} found={answer} />
      )}
    </section>
  );
}

/** Whether an answer is about the text that is shown, and not about one before it. */
function isOf({ trace: { ids } }: Interference, { trace }: Reading): boolean {
  return ids.length === trace.ids.length;
}

function Compared({ page, reading, model, found }: InterfereProps & { readonly found: Interference }) {
  const { state, set } = page;
  const theme = useTheme();
  const { pieces, trace } = reading;
  const at = Math.min(state.at, pieces.length - 1);
  const moreBits = (step: number) =>
    step === 0 ? 0 : (found.trace.lossNats[step - 1] - trace.lossNats[step - 1]) / Math.LN2;
  return (
    <>
      <TokenText
        label="Text coloured by how much more it surprises the changed network; left and right arrows move"
        pieces={pieces}
        at={at}
        onAt={(to) => set({ at: to })}
        colourOf={(step) => ({
          background: colourOf(moreBits(step), MOST_BITS, "diverging", theme),
          ink: inkOn(moreBits(step), MOST_BITS, "diverging", theme),
        })}
        titleOf={(step) => `${signed(moreBits(step))} bits`}
      />
      <p class="readout" data-testid="interference">
        {sayMeans(trace.lossNats, found.trace.lossNats)}
      </p>
      <div class="side-by-side">
        <Side
          side={page.side}
          title="As it is"
          {...{ model, pieces, at }}
          logits={trace.outputs}
          branch={found.plain}
        />
        <Side
          side={page.side}
          title="Changed"
          {...{ model, pieces, at }}
          logits={found.trace.outputs}
          branch={found.changed}
        />
      </div>
      <p class="controls">
        <button type="button" onClick={() => set({ seed: state.seed + 1 })}>
          Draw again
        </button>
        <label>
          Temperature {state.temperature.toFixed(2)}{" "}
          <input
            type="range"
            min={0}
            max={2}
            step={0.05}
            value={state.temperature}
            onInput={({ currentTarget }) => set({ temperature: Number(currentTarget.value) })}
          />
        </label>
      </p>
      <ExportButtons
        name="interfere"
        figure={textFigure({
          title: "How much more each token surprises the changed network",
          subtitle: changesInWords(state),
          ...{ pieces, at, name: "bits more than before", kind: "diverging", limit: MOST_BITS },
          valueAt: moreBits,
        })}
        csv={() => interferenceCsv(pieces, trace.lossNats, found.trace.lossNats)}
        json={() => plainNumbers({ interventions: state.interventions, before: state.before, ...found })}
        model={state.model}
      />
    </>
  );
}

function changesInWords({ interventions, before }: Page["state"]): string {
  const changes = interventions.map((each) => interventionInWords(each, unitsToText(each.units)));
  if (before !== "") changes.push(`begun in the state after ${JSON.stringify(before)}`);
  return changes.length === 0 ? "Nothing is changed" : changes.join("; ");
}

interface SideProps {
  readonly title: string;
  readonly side: string;
  readonly model: ModelSummary;
  readonly pieces: readonly string[];
  readonly at: number;
  readonly logits: Float32Array;
  readonly branch: Branch;
}

function Side({ title, side, model, pieces, at, logits, branch }: SideProps) {
  const { length } = model.tokens;
  const shares = nextTokens(logits.subarray(at * length, (at + 1) * length), {}, MOST_ROWS);
  return (
    <section class="card" aria-label={`${title}${side}`}>
      <h2>{title}</h2>
      <h3>
        Expected after step {at + 1}, <code>{JSON.stringify(pieces[at])}</code>
      </h3>
      <table class="numbers expectations">
        <tbody>
          {shares.map(({ id, probability }) => (
            <tr key={id}>
              <th scope="row">{model.tokens[id] === " " ? "space" : shownPiece(model.tokens[id])}</th>
              <td>{percentOf(probability)}</td>
              <td class="bar-cell">
                <i style={{ width: `${(100 * probability).toFixed(1)}%` }} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <h3>How it goes on</h3>
      <p class="branch-text">
        <span class="quiet">{shownPiece(pieces.slice(-20).join(""))}</span>
        {shownPiece(branch.pieces.join(""))}
      </p>
    </section>
  );
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}

function sayMeans(plain: Float32Array, changed: Float32Array): string {
  const meanOf = (losses: Float32Array) =>
    losses.subarray(0, -1).reduce((sum, loss) => sum + loss, 0) / (losses.length - 1) / Math.LN2;
  if (plain.length < 2) return "One token alone surprises nobody.";
  return `${meanOf(plain).toFixed(2)} bits a token as it is, ${meanOf(changed).toFixed(2)} changed; orange tokens surprise it more than before, blue ones less (${MOST_BITS} bits are darkest).`;
}
