// What the network expects at every position: the likeliest tokens, reshaped by how they are drawn, the text coloured by surprise, and
// continuations that branch off it side by side.
import { useCallback, useMemo, useRef } from "preact/hooks";
import { nextTokens } from "unrolled/inspect";
import type { ModelSummary, Reading } from "../../engine/protocol.ts";
import { ExportButtons } from "../../export/export-buttons.tsx";
import { readingJson } from "../../export/trace-table.ts";
import { type BarFigure, BarsDrawing, percentOf } from "../../figures/bars.tsx";
import { colourOf, inkOn } from "../../figures/palette.ts";
import { useTheme } from "../../figures/theme.ts";
import { TokenText } from "../../figures/token-text.tsx";
import { useWidth } from "../../figures/width.ts";
import type { Page } from "../../page.ts";
import type { PageState } from "../../state.ts";
import { Waiting } from "../waiting.tsx";
import { Branches } from "./branches.tsx";
import { nextFigure } from "./next-figure.ts";
import { nextCsv } from "./next-table.ts";

/** Bits that have the strongest colour. */
export const MOST_BITS = 8;
const MOST_BARS = 14;

export function NextView({ page }: { readonly page: Page }) {
  if (!page.reading || !page.model) return <Waiting page={page} />;
  return <Next page={page} reading={page.reading} model={page.model} />;
}

function Next({
  page,
  reading,
  model,
}: {
  readonly page: Page;
  readonly reading: Reading;
  readonly model: ModelSummary;
}) {
  const { state, set } = page;
  const { pieces, trace } = reading;
  const theme = useTheme();
  const at = Math.min(state.at, pieces.length - 1);
  const { length } = model.tokens;
  const { temperature, topK, topP } = state;
  const sharesAt = useCallback(
    (step: number) =>
      nextTokens(
        trace.outputs.subarray(step * length, (step + 1) * length),
        { temperature, topK, topP },
        MOST_BARS,
      ),
    [trace, length, temperature, topK, topP],
  );
  const shares = useMemo(() => sharesAt(at), [sharesAt, at]);
  const figure = useRef<HTMLDivElement>(null);
  const width = useWidth(figure);
  const bitsAt = (step: number) => (step === 0 ? undefined : trace.lossNats[step - 1] / Math.LN2);
  const branch = (id: number) => {
    if (state.branches.some((each) => each.at === at && each.id === id)) return;
    set({ branches: [...state.branches, { at, id }].slice(-6) });
  };
  return (
    <section aria-label={`What comes next${page.side}`}>
      <TokenText
        label="Text coloured by surprise; left and right arrows move"
        pieces={pieces}
        at={at}
        onAt={(to) => set({ at: to })}
        colourOf={(step) => {
          const bits = bitsAt(step);
          if (bits === undefined) return undefined;
          return {
            background: colourOf(bits, MOST_BITS, "sequential", theme),
            ink: inkOn(bits, MOST_BITS, "sequential", theme),
          };
        }}
        titleOf={(step) => {
          const bits = bitsAt(step);
          return bits === undefined
            ? "the first token, which nothing predicted"
            : `${bits.toFixed(2)} bits of surprise`;
        }}
      />
      <p class="readout" data-testid="surprise">
        {sayMean(reading)}
      </p>
      <div class="next-columns">
        <div class="card">
          <h2>
            After step {at + 1}, <code>{JSON.stringify(pieces[at])}</code>
          </h2>
          <div class="bars" ref={figure}>
            <Bars
              figure={{ shares, tokens: model.tokens, actual: trace.ids[at + 1] }}
              width={width}
              onBranch={branch}
            />
          </div>
        </div>
        <Sliders state={state} set={set} vocabularySize={length} />
      </div>
      <ExportButtons
        name="next"
        figure={nextFigure({ reading, model, at, mostBits: MOST_BITS, sharesAt })}
        csv={() => nextCsv(reading, model.tokens, { temperature, topK, topP }, MOST_BARS)}
        json={() => readingJson(reading)}
        model={state.model}
      />
      <Branches page={page} reading={reading} />
    </section>
  );
}

function sayMean({ trace: { lossNats }, pieces }: Reading): string {
  if (pieces.length < 2) return "One token alone surprises nobody.";
  let sum = 0;
  for (let step = 0; step + 1 < lossNats.length; step++) sum += lossNats[step];
  const bits = sum / (lossNats.length - 1) / Math.LN2;
  return `The text surprises the network by ${bits.toFixed(2)} bits a token; the stronger a token's colour, the more (strongest from ${MOST_BITS} bits on).`;
}

/** The likeliest tokens; every row is a button that goes on with its token. */
function Bars({
  figure,
  width,
  onBranch,
}: {
  readonly figure: BarFigure;
  readonly width: number;
  onBranch(id: number): void;
}) {
  const { shares, tokens, actual } = figure;
  return (
    <>
      <BarsDrawing {...figure} width={width} />
      <ol aria-label="The likeliest next tokens">
        {shares.map(({ id, probability, sampled }) => (
          <li key={id}>
            <button
              type="button"
              onClick={() => onBranch(id)}
              aria-label={`Go on with ${JSON.stringify(tokens[id])}: drawn with ${percentOf(sampled)}, expected with ${percentOf(probability)}${id === actual ? ", the text's own next token" : ""}`}
            />
          </li>
        ))}
      </ol>
    </>
  );
}

function Sliders({
  state,
  set,
  vocabularySize,
}: {
  readonly state: PageState;
  readonly set: Page["set"];
  readonly vocabularySize: number;
}) {
  const { temperature, topK, topP, seed } = state;
  return (
    <div class="card sliders">
      <h2>How the next token is drawn</h2>
      <label>
        <span>Temperature {temperature.toFixed(2)}</span>
        <input
          type="range"
          min={0}
          max={2}
          step={0.05}
          value={temperature}
          onInput={({ currentTarget }) => set({ temperature: Number(currentTarget.value) })}
        />
      </label>
      <label>
        <span>Top-k {topK === 0 ? "off" : topK}</span>
        <input
          type="range"
          min={0}
          max={Math.min(vocabularySize, 50)}
          value={topK}
          onInput={({ currentTarget }) => set({ topK: Number(currentTarget.value) })}
        />
      </label>
      <label>
        <span>Top-p {topP === 1 ? "off" : topP.toFixed(2)}</span>
        <input
          type="range"
          min={0.05}
          max={1}
          step={0.01}
          value={topP}
          onInput={({ currentTarget }) => set({ topP: Number(currentTarget.value) })}
        />
      </label>
      <p class="controls">
        <button type="button" onClick={() => set({ seed: seed + 1 })}>
          Draw again
        </button>
        <button type="button" onClick={() => set({ temperature: 1, topK: 0, topP: 1 })}>
          The network’s own
        </button>
      </p>
      <p class="note">
        The pale bar is what the network expects, the strong one what is drawn from. Click a token to go on
        with it.
      </p>
    </div>
  );
}
