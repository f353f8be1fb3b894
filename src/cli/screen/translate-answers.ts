// How a translator speaks to people.
import type { TranslateFound } from "../../tasks/translate/translate-measure.ts";
import type { Translation } from "../../tasks/translate/translate-task.ts";
import { count, figure } from "./amounts.ts";
import type { TaskAnswers } from "./task-answers.ts";

const NAME_COLUMNS = 24;

export const translateAnswers: TaskAnswers = {
  evaluation(found) {
    const { pairs, lossNats, perplexity, exactMatch, tokenErrorRate } = found as TranslateFound;
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    const rows = [
      ["Pairs", count(pairs)],
      ["Loss", `${figure(lossNats)} nats a token`],
      ["Perplexity", figure(perplexity)],
      ["Right as a whole", percent(exactMatch)],
      ["Edits per token", percent(tokenErrorRate)],
    ];
    return rows.map(([name, value]) => `${name.padEnd(NAME_COLUMNS)}${value}`);
  },

  answer(answer) {
    const { target } = answer as Translation;
    return [target];
  },
};
