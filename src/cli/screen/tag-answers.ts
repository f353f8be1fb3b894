// How a tagger speaks to people.
import colors from "picocolors";
import stringWidth from "string-width";
import type { Tagged } from "../../tasks/tag/tag-answers.ts";
import type { TagScores } from "../../tasks/tag/tag-scores.ts";
import type { TagFound } from "../../tasks/tag/tag-task.ts";
import { count, percent } from "./amounts.ts";
import type { TaskAnswers } from "./task-answers.ts";

type Measured = TagFound & { readonly baselines: { readonly mostFrequentTag: TagScores } };
type Answer = Tagged & { readonly series?: string | null };

const NAME_COLUMNS = 24;
const FIGURE_COLUMNS = 12;

export const tagAnswers: TaskAnswers = {
  evaluation(found) {
    const { sentences, tokens, perType, accuracy, baselines, ...overall } = found as Measured;
    const row = (name: string, figures: readonly string[]) =>
      [name.padEnd(NAME_COLUMNS), ...figures.map((each) => each.padEnd(FIGURE_COLUMNS))].join("").trimEnd();
    const scores = (
      name: string,
      { precision, recall, f1 }: Pick<TagScores, "precision" | "recall" | "f1">,
    ) => row(name, [precision, recall, f1].map(percent));
    return [
      row("Sequences", [count(sentences)]),
      row("Steps", [count(tokens)]),
      row("", ["precision", "recall", "F1"]),
      scores("This model", overall),
      scores("Most frequent tag", baselines.mostFrequentTag),
      ...Object.entries(perType).map(([type, each]) => scores(`  ${type}`, each)),
      row("Steps that are right", [percent(accuracy)]),
      ...(overall.f1 > baselines.mostFrequentTag.f1
        ? []
        : ["It is no better than the most frequent tag of each word."]),
    ];
  },

  answer(answer, columns) {
    const { tokens, tags, series } = answer as Answer;
    return tokens ? wordsOverTags(tokens, tags, columns) : runsOf(series ?? "series", tags);
  },
};

/** Words, with their tags under them where they have one. */
function wordsOverTags(tokens: readonly string[], tags: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  let [above, below, used] = ["", "", 0];
  const end = () => {
    if (used > 0) lines.push(above.trimEnd(), ...(below.trim() === "" ? [] : [colors.cyan(below.trimEnd())]));
    [above, below, used] = ["", "", 0];
  };
  for (const [at, token] of tokens.entries()) {
    const tag = tags[at] === "O" ? "" : tags[at];
    const width = Math.max(stringWidth(token), stringWidth(tag)) + 1;
    if (used + width > columns) end();
    above += token + " ".repeat(width - stringWidth(token));
    below += tag + " ".repeat(width - stringWidth(tag));
    used += width;
  }
  end();
  return lines;
}

/** From which step to which each tag goes. */
function runsOf(series: string, tags: readonly string[]): string[] {
  const lines = [colors.bold(series)];
  let first = 0;
  for (let at = 1; at <= tags.length; at++) {
    if (tags[at] === tags[first]) continue;
    lines.push(`  ${`${first}–${at - 1}`.padEnd(NAME_COLUMNS)}${tags[first]}`);
    first = at;
  }
  return lines;
}
