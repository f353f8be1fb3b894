// How what describes pictures speaks to people.
import { readFileSync } from "node:fs";
import { END_TOKEN } from "../../data/tokenizers/tokenizer.ts";
import type { DescribedPicture } from "../../tasks/caption/caption-answers.ts";
import type { CaptionFound } from "../../tasks/caption/caption-measure.ts";
import { count, figure, percent, withInterval } from "./amounts.ts";
import { placesChart } from "./places-chart.ts";
import type { TaskAnswers } from "./task-answers.ts";
import { visibleToken } from "./visible-token.ts";
import { withScores } from "./with-scores.ts";

const NAME_COLUMNS = 24;

export const captionAnswers: TaskAnswers = {
  evaluation(found) {
    const { images, lossNats, bleu, exactMatch, intervals, losses = [] } = found as CaptionFound;
    const rows = [
      ["Pictures", count(images)],
      ["Loss", `${figure(lossNats)} nats a token`],
      ["BLEU", withInterval(figure, bleu, intervals?.bleu)],
      ["Right as a whole", withInterval(percent, exactMatch, intervals?.exactMatch)],
    ];
    const texts = losses.map(
      ({ image, nats, tokens }) =>
        `${figure(nats).padStart(9)} nats  ${count(tokens).padStart(4)} tokens  ${image}`,
    );
    return [
      ...rows.map(([name, value]) => `${name.padEnd(NAME_COLUMNS)}${value}`),
      ...(texts.length > 0 ? ["", ...texts] : []),
    ];
  },

  answer(answer, columns, { alignment, nBest }) {
    const described = answer as DescribedPicture;
    const lines = nBest === 1 ? [described.text] : withScores([described, ...described.alternatives]);
    if (alignment !== true) return lines;
    return [...lines, ...placesChart(lookedOf(described), columns)];
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
