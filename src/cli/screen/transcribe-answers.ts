// How a recogniser speaks to people.

import type { TranscribeAnswer, TranscribeEvaluation } from "../../tasks/transcribe/transcribe-answers.ts";
import type { ErrorRates } from "../../tasks/transcribe/transcribe-measure.ts";
import { count } from "./amounts.ts";
import type { TaskAnswers } from "./task-answers.ts";

const NAME_COLUMNS = 24;
const NOTHING = "(nothing)";

export const transcribeAnswers: TaskAnswers = {
  evaluation(found) {
    const all = found as TranscribeEvaluation;
    const { utterances, words, wer, cer, substitutions, insertions, deletions, ...rest } = all;
    const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
    const { withLanguageModel: known, realTimeFactor } = rest;
    const between = ({ intervals }: ErrorRates, of: "wer" | "cer") =>
      intervals ? ` (95 %: ${percent(intervals[of].low)} to ${percent(intervals[of].high)})` : "";
    const { confusions = [] } = known ?? rest;
    const rows = [
      ["Utterances", count(utterances)],
      ["Word error rate", `${percent(wer)} of ${count(words)} words${between(all, "wer")}`],
      ["Character error rate", `${percent(cer)}${between(all, "cer")}`],
      ["Words wrong", `${substitutions} taken for others, ${insertions} put in, ${deletions} left out`],
      ...(known
        ? [
            [
              "With what is known",
              `word error rate ${percent(known.wer)}${between(known, "wer")}, character error rate ${percent(known.cer)}${between(known, "cer")}`,
            ],
          ]
        : []),
      ...confusions.map(({ reference, hypothesis, count: often }) => [
        `${often} x`,
        `${reference ?? NOTHING} → ${hypothesis ?? NOTHING}`,
      ]),
      ["Time", `${realTimeFactor.toFixed(3)} s for a second of sound`],
    ];
    return rows.map(([name, value]) => `${name.padEnd(NAME_COLUMNS)}${value}`);
  },

  answer(answer, _, given) {
    const { file, text, words, alternatives } = answer as TranscribeAnswer;
    const lines = [`${file}: ${text || NOTHING}`];
    const seconds = (value: number) => value.toFixed(2);
    const room = Math.max(...words.map(({ end }) => seconds(end).length));
    if (given.times)
      for (const { word, start, end } of words)
        lines.push(`${seconds(start).padStart(room + 5)} – ${seconds(end).padStart(room)} s  ${word}`);
    for (const { text: other, score } of alternatives)
      lines.push(`  or (${score.toFixed(2)}): ${other || NOTHING}`);
    return lines;
  },
};
