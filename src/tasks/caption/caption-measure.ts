import { type Intervals, intervalsOf } from "../../metrics/bootstrap.ts";
import { countedMetric } from "../../metrics/counted-metric.ts";
import { bleu } from "../../metrics/text/bleu.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { GREEDY } from "../translate/translate-decode.ts";
import type { TranslateSearch } from "../translate/translate-options.ts";
import { captionLoss } from "./caption-batch.ts";
import { describedPictures } from "./caption-decode.ts";
import type { CaptionReader } from "./caption-reading.ts";
import type { PictureTexts } from "./caption-records.ts";

/** Figures of what describes pictures. */
export interface CaptionFound {
  readonly images: number;
  /** Of each token of all texts, their ends among them. */
  readonly lossNats: number;
  /** BLEU (13a, cased) of the texts that are found, all that is said of a picture being its references. */
  readonly bleu: number;
  /** The share of pictures of which exactly one of these is said. */
  readonly exactMatch: number;
  /** Where 95 % of the figures lie if pictures are drawn again, where that is asked for. */
  readonly intervals?: Intervals<"bleu" | "exactMatch">;
  /** Of each text, in the order of the pictures: its loss, summed, and its tokens. */
  readonly losses?: readonly TextLoss[];
}

/** The loss of one text. */
export interface TextLoss {
  readonly image: string;
  readonly nats: number;
  readonly tokens: number;
}

const BATCH = 64;

/** Measures on pictures; texts are the likeliest token by token, unless a search is given. */
export async function captionFound(
  model: LayeredNetwork,
  pictures: readonly PictureTexts[],
  reader: CaptionReader,
  {
    losses = false,
    bootstrap = 0,
    ...search
  }: TranslateSearch & { readonly losses?: boolean; readonly bootstrap?: number } = GREEDY,
): Promise<CaptionFound> {
  const each = await textLosses(model, pictures, reader);
  const seen = pictures.map((picture) => picture.seen);
  const found = await describedPictures(model, seen, reader, search);
  const said = found.map(([{ tokens }]) => reader.tokenizer.decode(tokens));
  const wanted = pictures.map(({ texts }) => texts);
  const metrics = { bleu: bleu(), exactMatch: oneOfThem(reader) };
  for (const metric of Object.values(metrics)) metric.add(said, wanted);
  const sum = (key: "nats" | "tokens") => each.reduce((total, text) => total + text[key], 0);
  return {
    images: pictures.length,
    lossNats: sum("nats") / sum("tokens"),
    bleu: metrics.bleu.value,
    exactMatch: metrics.exactMatch.value,
    ...intervalsOf(metrics, bootstrap),
    ...(losses ? { losses: each } : {}),
  };
}

/** The share of texts that are one of their references, as the vocabulary spells those. */
function oneOfThem({ tokenizer }: CaptionReader) {
  return countedMetric<string, readonly string[]>({
    better: "more",
    countsOf: (said, texts) => [
      texts.some((text) => tokenizer.decode(tokenizer.encode(text)) === said) ? 1 : 0,
      1,
    ],
    figureOf: ([right, count]) => right / count,
  });
}

async function textLosses(
  model: LayeredNetwork,
  pictures: readonly PictureTexts[],
  reader: CaptionReader,
): Promise<TextLoss[]> {
  const { device } = model;
  const examples = pictures.flatMap(({ image, seen, texts }) =>
    texts.map((text) => ({ image, seen, target: reader.ids(text) })),
  );
  const losses: TextLoss[] = [];
  for (let from = 0; from < examples.length; from += BATCH) {
    const some = examples.slice(from, from + BATCH);
    const nats = device.withoutGradients(() =>
      device.scope(() => captionLoss(model, some, reader, "none").read()),
    );
    const steps = nats.length / some.length;
    for (const [row, { image, target }] of some.entries()) {
      let sum = 0;
      for (let at = 0; at < target.length; at++) sum += nats[row * steps + at];
      losses.push({ image, nats: sum, tokens: target.length });
    }
    await device.turn();
  }
  return losses;
}
