// Words under their tags, and which tag may follow which.
import { percentOf } from "../../figures/bars.tsx";
import { shownPiece } from "../../figures/token-text.tsx";
import type { TaskAnswerProps } from "./answer-of-task.tsx";
import { ScoreTable } from "./score-table.tsx";

export function TagSpans({ page, reading, task }: TaskAnswerProps) {
  const { names, words, transitions } = task;
  const { outputs, steps } = reading.trace;
  const at = Math.min(page.state.at, steps - 1);
  const types = [...new Set(words.map(typeOf).filter((type) => type !== ""))];
  const likeliest = names
    .map((name, place) => ({ name, share: outputs[at * names.length + place] }))
    .sort((left, right) => right.share - left.share)
    .slice(0, 4);
  return (
    <div class="task-answer">
      <p class="tagged" data-testid="answer">
        {reading.pieces.map((piece, step) => {
          const type = typeOf(words[step]);
          const isWithin = /^[IE]-/.test(words[step]);
          return (
            <button
              // A step is its place.
              key={`step ${step}`}
              type="button"
              class={`tagged-word${type ? ` kind-${types.indexOf(type) % 4}` : ""}${isWithin ? " within" : ""}`}
              aria-pressed={step === at}
              aria-label={`step ${step + 1}, ${piece.trim()}, ${words[step]}`}
              onClick={() => page.set({ at: step })}
            >
              {shownPiece(piece)}
              <small>{isWithin ? "" : type}</small>
            </button>
          );
        })}
      </p>
      <p class="readout">
        {`At step ${at + 1}, ${JSON.stringify(reading.pieces[at].trim())}: ${likeliest.map(({ name, share }) => `${name} ${percentOf(share)}`).join(", ")}`}
      </p>
      {transitions && (
        <details>
          <summary>Scores of one tag behind another, which the tags are decided by together</summary>
          <ScoreTable names={names} scores={transitions} />
        </details>
      )}
    </div>
  );
}

/** What a tag is of: the type of its span, itself, or nothing outside. */
function typeOf(tag: string): string {
  return tag === "O" ? "" : tag.replace(/^[BIES]-/, "");
}
