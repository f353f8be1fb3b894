// Two networks, or one at two stages of its training, on the same text: how much each is surprised by it, and every view of both side by
// side.
import { givenFiles } from "../dropped-files.ts";
import type { Reading } from "../engine/protocol.ts";
import { colourOf, inkOn } from "../figures/palette.ts";
import { useTheme } from "../figures/theme.ts";
import { TokenText } from "../figures/token-text.tsx";
import { described } from "../model-bar.tsx";
import { useOtherPage } from "../other-page.ts";
import type { Page } from "../page.ts";
import { DROPPED } from "../state.ts";
import { trainingOf } from "../training-session.ts";
import "./compare.css";
import { ShownView } from "./shown-view.tsx";
import { VIEWS } from "./views.ts";
import { Waiting } from "./waiting.tsx";

/** Bits of difference that have the strongest colour. */
const MOST_BITS = 4;

/** Views that show what a network does to the text. */
const COMPARED = ["unrolled", "play", "next", "units", "reach", "interfere"];

export function CompareView({ page }: { readonly page: Page }) {
  const { state, set } = page;
  const other = useOtherPage(page);
  const session = trainingOf(page.engine);
  const views = VIEWS.filter(({ name }) => COMPARED.includes(name));
  const entry = views.find(({ name }) => name === state.compared) ?? views[0];
  return (
    <section class="compare" aria-label="Compare">
      <div class="card">
        <div class="controls">
          <label class="button">
            Open model B …
            <input
              type="file"
              multiple
              aria-label="Open model B: the files of its folder, or one file"
              onChange={async ({ currentTarget }) => {
                const files = await givenFiles(Array.from(currentTarget.files ?? []));
                currentTarget.value = "";
                if (files.length > 0) other.openFiles(files);
              }}
            />
          </label>
          <button
            type="button"
            disabled={session.story.parameters === undefined || session.readsNumbers}
            onClick={async () => other.openFiles(await session.files())}
          >
            The one in training, as it is now, as B
          </button>
          <button
            type="button"
            disabled={session.story.parameters === undefined || session.readsNumbers}
            onClick={async () => page.openFiles(await session.files())}
          >
            The same as A
          </button>
          <button type="button" onClick={() => set({ other: "model/" })}>
            The page's own as B
          </button>
          <label>
            Side by side
            <select
              value={entry.name}
              onChange={({ currentTarget }) => set({ compared: currentTarget.value })}
            >
              {views.map(({ name, title }) => (
                <option key={name} value={name}>
                  {title}
                </option>
              ))}
            </select>
          </label>
        </div>
        {state.other === state.model && state.other !== DROPPED && (
          <p class="quiet">
            A and B are the same model now: open another as B, or take one that is being trained.
          </p>
        )}
        {other.problem !== undefined && (
          <p class="problem" role="alert">
            Model B: {other.problem}
          </p>
        )}
        {page.reading && other.reading ? (
          <Surprises page={page} a={page.reading} b={other.reading} />
        ) : (
          <Waiting page={page} />
        )}
      </div>
      <div class="compare-columns">
        {[
          { name: "A", of: { ...page, side: ", model A" } },
          { name: "B", of: other },
        ].map(({ name, of }) => (
          <div key={name} class="compare-column" data-testid={`model-${name}`}>
            <h2>
              {name}: <small>{of.model ? described(of.model) : "…"}</small>
            </h2>
            <ShownView key={`${name} ${entry.name}`} load={entry.load} page={of} />
          </div>
        ))}
      </div>
    </section>
  );
}

/** Bits that a reading was surprised by, in all, without its first token. */
function bitsOf({ trace: { lossNats } }: Reading): number {
  let sum = 0;
  for (let step = 0; step + 1 < lossNats.length; step++) sum += lossNats[step];
  return sum / Math.LN2;
}

function Surprises({ page, a, b }: { readonly page: Page; readonly a: Reading; readonly b: Reading }) {
  const theme = useTheme();
  const { state, set } = page;
  const { length } = a.pieces;
  const isSame = length === b.pieces.length && a.pieces.every((piece, step) => piece === b.pieces[step]);
  const characters = (reading: Reading) =>
    reading.pieces.slice(1).reduce((sum, piece) => sum + Array.from(piece).length, 0);
  const perCharacter = (reading: Reading) => bitsOf(reading) / Math.max(1, characters(reading));
  const bitsAt = ({ trace }: Reading, step: number) => trace.lossNats[step - 1] / Math.LN2;
  const difference = (step: number) => (step === 0 ? 0 : bitsAt(a, step) - bitsAt(b, step));
  const at = Math.min(state.at, length - 1);
  return (
    <>
      <p class="readout" data-testid="bits">
        The text surprises A by {perCharacter(a).toFixed(3)} and B by {perCharacter(b).toFixed(3)} bits a
        character
      </p>
      {isSame ? (
        <>
          <TokenText
            label="Text coloured by which network expected it more; left and right arrows move"
            pieces={a.pieces}
            at={at}
            onAt={(to) => set({ at: to })}
            colourOf={(step) =>
              step === 0
                ? undefined
                : {
                    background: colourOf(difference(step), MOST_BITS, "diverging", theme),
                    ink: inkOn(difference(step), MOST_BITS, "diverging", theme),
                  }
            }
            titleOf={(step) =>
              step === 0
                ? "the first token, which nothing predicted"
                : `A ${bitsAt(a, step).toFixed(2)} bits, B ${bitsAt(b, step).toFixed(2)} bits`
            }
          />
          <p class="readout" data-testid="bits-at">
            {at === 0
              ? "Blue: A had expected it more. Orange: B had."
              : `${JSON.stringify(a.pieces[at])} at step ${at + 1}: A ${bitsAt(a, at).toFixed(3)} bits, B ${bitsAt(b, at).toFixed(3)} bits (blue: A had expected it more, orange: B had)`}
          </p>
        </>
      ) : (
        <p class="quiet">
          The two cut the text into tokens differently, so that they are compared as a whole.
        </p>
      )}
    </>
  );
}
