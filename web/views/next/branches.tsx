// Continuations that branch off the text, side by side.
import { useEffect, useState } from "preact/hooks";
import { isAborted } from "../../engine/engine.ts";
import type { Branch, Reading } from "../../engine/protocol.ts";
import { colourOf, inkOn } from "../../figures/palette.ts";
import { useTheme } from "../../figures/theme.ts";
import { shownPiece } from "../../figures/token-text.tsx";
import type { Page } from "../../page.ts";
import type { BranchPlace } from "../../state.ts";
import { MOST_BITS } from "./next.tsx";

const COUNT = 120;
const SHOWN_BEFORE = 24;

export function Branches({ page, reading }: { readonly page: Page; readonly reading: Reading }) {
  const { branches } = page.state;
  const there = branches.filter(({ at, id }) => at < reading.pieces.length && id < page.model!.tokens.length);
  if (there.length === 0) return null;
  return (
    <div class="branches">
      {there.map((place) => (
        <OneBranch key={`${place.at} ${place.id}`} {...{ page, reading, place }} />
      ))}
    </div>
  );
}

function OneBranch({
  page,
  reading,
  place,
}: {
  readonly page: Page;
  readonly reading: Reading;
  readonly place: BranchPlace;
}) {
  const { engine, state, set } = page;
  const theme = useTheme();
  const [branch, setBranch] = useState<Branch>();
  const { temperature, topK, topP, seed } = state;
  useEffect(() => {
    const controller = new AbortController();
    const question = {
      slot: "a",
      ...place,
      count: COUNT,
      sampling: { temperature, topK, topP },
      seed,
    } as const;
    engine.ask("branch", question, { signal: controller.signal }).then(setBranch, (error) => {
      if (!isAborted(error)) throw error;
    });
    return () => controller.abort();
  }, [engine, reading, place.at, place.id, temperature, topK, topP, seed]);
  const before = reading.pieces.slice(0, place.at + 1);
  const token = page.model!.tokens[place.id];
  return (
    <section
      class="card branch"
      aria-label={`Branch after step ${place.at + 1} with ${JSON.stringify(token)}${page.side}`}
    >
      <h3>
        After step {place.at + 1} with <code>{JSON.stringify(token)}</code>
      </h3>
      <p class="branch-text">
        <span class="quiet">
          {before.length > SHOWN_BEFORE ? "…" : ""}
          {shownPiece(before.slice(-SHOWN_BEFORE).join(""))}
        </span>
        {branch?.pieces.map((piece, index) => (
          <span
            // A token is its place.
            key={`${index}`}
            class={index === 0 ? "chosen" : undefined}
            title={`${branch.bits[index].toFixed(2)} bits of surprise`}
            style={{
              background: colourOf(branch.bits[index], MOST_BITS, "sequential", theme),
              color: inkOn(branch.bits[index], MOST_BITS, "sequential", theme),
            }}
          >
            {shownPiece(piece)}
            {piece === "\n" && <br />}
          </span>
        ))}
      </p>
      <p class="controls">
        <button
          type="button"
          disabled={!branch}
          onClick={() => set({ text: before.join("") + branch!.pieces.join(""), branches: [] })}
        >
          Read this
        </button>
        <button
          type="button"
          aria-label={`Close the branch after step ${place.at + 1} with ${JSON.stringify(token)}${page.side}`}
          onClick={() =>
            set({ branches: state.branches.filter(({ at, id }) => at !== place.at || id !== place.id) })
          }
        >
          Close
        </button>
      </p>
    </section>
  );
}
