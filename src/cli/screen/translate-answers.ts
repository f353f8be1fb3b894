// How a translator speaks to people.
import { END_TOKEN } from "../../data/tokenizers/tokenizer.ts";
import type { Translation } from "../../tasks/translate/translate-answers.ts";
import type { TranslateFound } from "../../tasks/translate/translate-measure.ts";
import { CommandError } from "../failure.ts";
import { type Alignment, alignmentChart } from "./alignment-chart.ts";
import { count, figure, percent, withInterval } from "./amounts.ts";
import type { TaskAnswers } from "./task-answers.ts";
import { visibleToken } from "./visible-token.ts";
import { withScores } from "./with-scores.ts";

const NAME_COLUMNS = 24;

export const translateAnswers: TaskAnswers = {
  evaluation(found) {
    const all = found as TranslateFound;
    const measured = (write: (value: number) => string, of: keyof NonNullable<TranslateFound["intervals"]>) =>
      withInterval(write, all[of], all.intervals?.[of]);
    const rows = [
      ["Pairs", count(all.pairs)],
      ["Loss", `${figure(all.lossNats)} nats a token`],
      ["Perplexity", figure(all.perplexity)],
      ["BLEU", measured(figure, "bleu")],
      ["chrF", measured(figure, "chrf")],
      ["Right as a whole", measured(percent, "exactMatch")],
      ["Edits per token", measured(percent, "tokenErrorRate")],
      ["Tokens in their place", measured(percent, "tokenAccuracy")],
      ["Signature", all.signature],
    ];
    return rows.map(([name, value]) => `${name.padEnd(NAME_COLUMNS)}${value}`);
  },

  answer(answer, columns, { alignment, nBest }) {
    const translation = answer as Translation;
    const { alternatives, sourceTokens } = translation;
    const all = [translation, ...alternatives].map(({ target, score }) => ({ text: target, score }));
    const lines = nBest === 1 ? [translation.target] : withScores(all);
    // A source of nothing has nothing that could be looked at.
    if (alignment !== true || sourceTokens.length === 1) return lines;
    if (translation.alignment.length === 0) return [...lines, "", "(the model has no attention to show)"];
    return [...lines, "", ...alignmentChart(alignmentOf(translation), columns)];
  },

  asked: (source, given) => (given.nBest === 1 ? { ...given, source } : undefined),

  unknown: (answer) => (answer as Translation).unknown ?? [],

  async picture(answers) {
    const { alignmentSvg } = await import("../report/alignment-svg.ts");
    const looked = answers.filter((answer) => (answer as Translation).alignment.length > 0);
    if (looked.length === 0)
      throw new CommandError("there is nothing to draw: the model has no attention, or there was no text");
    return alignmentSvg(looked.map((answer) => alignmentOf(answer as Translation)));
  },
};

function alignmentOf({ sourceTokens, targetTokens, alignment }: Translation): Alignment {
  // A word for a space would be the highest column of letters above most charts of characters.
  const named = (token: string) => (token === " " ? "␣" : visibleToken(token, "bpe"));
  const shown = (tokens: readonly string[]) =>
    tokens.map((token) => (token === END_TOKEN ? "(end)" : named(token)));
  return { source: shown(sourceTokens), target: shown(targetTokens), weights: alignment };
}
