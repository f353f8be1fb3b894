import type { ComparedCell, Reading } from "../engine/protocol.ts";
import { Legend } from "../figures/legend.tsx";
import { largest } from "../figures/matrix-image.ts";
import { withMinus } from "../figures/minus.ts";
import { colourOf, inkOn } from "../figures/palette.ts";
import { useTheme } from "../figures/theme.ts";
import { TokenText } from "../figures/token-text.tsx";
import type { Page } from "../page.ts";
import { useAnswer } from "./answered.ts";

/** By attribution: point at a prediction, and the earlier tokens that it rests on light up. */
export function AttributionCard({ page, reading }: { readonly page: Page; readonly reading: Reading }) {
  return (
    <div class="card">
      <h2>By attribution</h2>
      <p class="note">
        Point at a token: what made the network expect the one after it lights up orange, what spoke against
        it blue (gradient × input, in nats).
      </p>
      <AttributionText page={page} reading={reading} />
    </div>
  );
}

interface AttributionTextProps {
  readonly page: Page;
  readonly reading: Reading;
  /** Of the cells that were trained to be compared, instead of the open model. */
  readonly cell?: ComparedCell;
}

export function AttributionText({ page, reading, cell }: AttributionTextProps) {
  const { state, set, model } = page;
  const theme = useTheme();
  const { pieces, trace } = reading;
  const at = Math.min(state.at, pieces.length - 1);
  // After the last token nothing comes; what the network expects there is asked about instead.
  const target = at + 1 < pieces.length ? trace.ids[at + 1] : likeliestAfter(reading, at);
  const question = { slot: "a" as const, at, target, cell };
  const { answer, problem } = useAnswer(page, "attribution", question, [reading, at, cell]);
  const strongestPart = answer ? largest(answer.signed) : 0;
  const limit = state.attribution === "nats" ? 1 : strongestPart;
  // An answer for another step is shown no longer than until the right one is there.
  const partOf = (step: number) => (answer?.signed.length === at + 1 ? answer.signed[step] : undefined);
  const whose = cell === undefined ? "" : ` in the ${cell}`;
  return (
    <>
      <TokenText
        label={`Text coloured by what a prediction rests on${whose}; left and right arrows move`}
        pieces={pieces}
        at={at}
        onAt={(to) => set({ at: to })}
        colourOf={(step) => {
          const part = partOf(step);
          if (part === undefined) return undefined;
          return {
            background: colourOf(part, limit, "diverging", theme),
            ink: inkOn(part, limit, "diverging", theme),
          };
        }}
        titleOf={(step) => {
          const part = partOf(step);
          return part === undefined ? "after the prediction" : `${withMinus(part.toFixed(3))} nats`;
        }}
      />
      {problem !== undefined && <p class="problem">{problem}</p>}
      <p class="legend">
        <label>
          The strongest colour is for{" "}
          <select
            value={state.attribution}
            onChange={({ currentTarget }) =>
              set({ attribution: currentTarget.value as typeof state.attribution })
            }
          >
            <option value="own">the largest part here</option>
            <option value="nats">one nat, whatever is here</option>
          </select>
        </label>
      </p>
      {answer && <Legend scales={[{ name: "nats", kind: "diverging", limit }]} />}
      <p class="readout" data-testid={cell === undefined ? "attribution" : `attribution-${cell}`}>
        {model &&
          `log p(${JSON.stringify(model.tokens[target])}) after step ${at + 1} rests on: ${answer ? strongest(answer.signed, pieces) : "…"}`}
      </p>
    </>
  );
}

function likeliestAfter({ trace: { outputs: logits, ids } }: Reading, at: number): number {
  const size = logits.length / ids.length;
  const row = logits.subarray(at * size, (at + 1) * size);
  return row.indexOf(Math.max(...row));
}

/** The five that matter most, in words. */
function strongest(signed: Float64Array, pieces: readonly string[]): string {
  return Array.from(signed.keys())
    .sort((a, b) => Math.abs(signed[b]) - Math.abs(signed[a]))
    .slice(0, 5)
    .map(
      (step) =>
        `${JSON.stringify(pieces[step])} (step ${step + 1}) ${signed[step] < 0 ? "−" : "+"}${Math.abs(signed[step]).toFixed(3)}`,
    )
    .join(", ");
}
