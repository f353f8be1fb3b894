// How what describes pictures speaks to people.
import { readFileSync } from "node:fs";
import colors from "picocolors";
import { END_TOKEN } from "../../data/tokenizers/tokenizer.ts";
import type { DescribedPicture } from "../../tasks/caption/caption-answers.ts";
import type { CaptionFound } from "../../tasks/caption/caption-measure.ts";
import { count, figure, percent, withInterval } from "./amounts.ts";
import { placesChart } from "./places-chart.ts";
import type { TaskAnswers } from "./task-answers.ts";
import { visibleToken } from "./visible-token.ts";

const NAME_COLUMNS = 24;

export const captionAnswers: TaskAnswers = {
  evaluation(found) {
    const { images, lossNats, bleu, exactMatch, intervals } = found as CaptionFound;
    const rows = [
      ["Pictures", count(images)],
      ["Loss", `${figure(lossNats)} nats a token`],
      ["BLEU", withInterval(figure, bleu, intervals?.bleu)],
      ["Right as a whole", withInterval(percent, exactMatch, intervals?.exactMatch)],
    ];
    return rows.map(([name, value]) => `${name.padEnd(NAME_COLUMNS)}${value}`);
  },

  answer(answer, columns, { alignment }) {
    const described = answer as DescribedPicture;
    const { text, alternatives } = described;
    const others = alternatives.map((other) => colors.dim(other.text));
    if (alignment !== true) return [text, ...others];
    return [text, ...others, ...placesChart(lookedOf(described), columns)];
  },

  async picture(answers) {
    const { attentionSvg } = await import("../report/attention-svg.ts");
    return attentionSvg(
      (answers as readonly DescribedPicture[]).map((described) => ({
        ...lookedOf(described),
        picture: dataUrl(described.image!),
      })),
    );
  },
};

/** Each word, and where it looked. */
function lookedOf({ tokens, attention, grid }: DescribedPicture) {
  const words = tokens.map((token) => (token === END_TOKEN ? "(end)" : visibleToken(token, "bpe")));
  return { words, weights: attention, grid };
}

function dataUrl(path: string): string {
  const bytes = readFileSync(path);
  const kind = bytes[0] === 0x89 ? "png" : "jpeg";
  return `data:image/${kind};base64,${bytes.toString("base64")}`;
}
