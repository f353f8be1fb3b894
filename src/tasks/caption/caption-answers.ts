// What a trained model says of pictures: of one, of many, step by step.
import { type Picture, requirePicture, sizedPixels } from "../../data/pictures/picture.ts";
import { titleOf } from "../../data/tables/data-source.ts";
import type { Hypothesis } from "../../decoding/search/hypothesis.ts";
import type { FileReader } from "../../models/model-files.ts";
import type { NetworkConfig } from "../../networks/config.ts";
import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { type GivenFor, valuesOf } from "../../options/option.ts";
import { answeredAlike } from "../answered-alike.ts";
import type { Asked, Evaluated, TaskLook } from "../task.ts";
import { steppedLook, writtenIds } from "../translate/stepped-look.ts";
import { picturesAsInput } from "./caption-batch.ts";
import { describedPictures } from "./caption-decode.ts";
import { CAPTION_ANSWER_OPTIONS } from "./caption-options.ts";
import { CaptionReader, type CaptionReading } from "./caption-reading.ts";
import { pixelsOfFiles, type SeenPicture } from "./caption-records.ts";
import { type Sight, sightOf } from "./sight.ts";

/** What a model that describes pictures is made from. Plain data. */
export interface CaptionOptions {
  readonly network: NetworkConfig;
  readonly reading: CaptionReading;
  readonly loss: { readonly end: number; readonly blind: boolean };
}

/** What is said of a picture. */
export interface Caption {
  readonly text: string;
  /** What texts are compared by. */
  readonly score: number;
  /** Sum of the log probabilities of its tokens and of its end, in nats. */
  readonly logProbability: number;
  /** Its tokens, with its end where it has ended by itself. */
  readonly tokens: readonly string[];
  /** The share that each place of the picture had for each token [U][rows·columns], row by row. */
  readonly attention: readonly (readonly number[])[];
}

/** A picture and what is said of it. */
export interface DescribedPicture extends Caption {
  /** The file of the picture, where it is one. */
  readonly image?: string;
  /** Rows and columns of places. */
  readonly grid: readonly [number, number];
  /** What else could be said, where more than one text was asked for. */
  readonly alternatives: readonly Caption[];
}

/** A picture with how to describe it; what is not given is as `CAPTION_ANSWER_OPTIONS` has it. */
export type CaptionInput =
  | Picture
  | ({ readonly picture: Picture } & GivenFor<typeof CAPTION_ANSWER_OPTIONS>);

/** What can be said of a picture. */
export async function predict(
  model: LayeredNetwork,
  input: CaptionInput,
  options: CaptionOptions,
  read: FileReader,
): Promise<DescribedPicture> {
  const [found] = await predictAll(model, [input], options, read);
  return found;
}

/** What can be said of each of many. */
export async function predictAll(
  model: LayeredNetwork,
  inputs: readonly CaptionInput[],
  options: CaptionOptions,
  read: FileReader,
): Promise<DescribedPicture[]> {
  const sight = await sightOf(model, options, read);
  const asked = inputs.map((input) => askedFor(input, sight));
  return answeredAlike(
    asked,
    ({ how }) => JSON.stringify(how),
    async (alike) =>
      described(model, await sight.see(alike.map(({ pixels }) => pixels)), options, alike[0].how),
  );
}

function askedFor(input: CaptionInput, { imageWidth, imageHeight }: Sight) {
  const { picture, ...given } =
    "picture" in Object(input) ? (input as Exclude<CaptionInput, Picture>) : { picture: input as Picture };
  requirePicture("predict", picture);
  const { alignment: _, plotFile: __, ...how } = valuesOf("predict", CAPTION_ANSWER_OPTIONS, given);
  return { pixels: sizedPixels(picture, imageWidth, imageHeight), how };
}

async function described(
  model: LayeredNetwork,
  seen: readonly SeenPicture[],
  { reading }: CaptionOptions,
  how: ReturnType<typeof askedFor>["how"],
): Promise<DescribedPicture[]> {
  const reader = new CaptionReader(reading);
  const found = await describedPictures(model, seen, reader, how);
  return found.map((hypotheses) => {
    const [best, ...alternatives] = hypotheses.map((each) => captionOf(reader, each));
    return { ...best, grid: reader.grid, alternatives };
  });
}

function captionOf({ tokenizer, end }: CaptionReader, hypothesis: Hypothesis): Caption {
  const { tokens, score, logProbability, attention = [] } = hypothesis;
  const ids = writtenIds(end, hypothesis);
  return {
    text: tokenizer.decode(tokens),
    score,
    logProbability,
    tokens: ids.map((id) => tokenizer.token(id)),
    attention: attention.slice(0, ids.length).map((row) => Array.from(row)),
  };
}

/** How likely each token of the text is at each of its steps, which reads the token before. */
export async function look(
  model: LayeredNetwork,
  input: CaptionInput,
  options: CaptionOptions,
  read: FileReader,
): Promise<TaskLook> {
  const sight = await sightOf(model, options, read);
  const { pixels, how } = askedFor(input, sight);
  const seen = await sight.see([pixels]);
  const reader = new CaptionReader(options.reading);
  const [hypotheses] = await describedPictures(model, seen, reader, how);
  const picture = model.device.scope(() => {
    const input = picturesAsInput(model, seen, reader.blind);
    return { shape: [...input.shape], data: input.read() };
  });
  const [best, ...alternatives] = hypotheses.map((each) => captionOf(reader, each));
  const answer = { ...best, grid: reader.grid, alternatives };
  const said = writtenIds(reader.end, hypotheses[0]);
  return { ...steppedLook(model, { picture }, said, reader), answer };
}

/** What is said of each file. */
export async function* answers(
  { model, options, read }: Evaluated<LayeredNetwork, CaptionOptions>,
  { sources }: Asked,
  given: Readonly<Record<string, unknown>>,
): AsyncGenerator<object, void> {
  const paths = sources.map(titleOf);
  const sight = await sightOf(model, options, read);
  const seen = await sight.see(await pixelsOfFiles(paths, sight));
  const { alignment: _, plotFile: __, ...how } = valuesOf("predict", CAPTION_ANSWER_OPTIONS, given);
  const found = await described(model, seen, options, how);
  for (const [at, each] of found.entries()) yield { image: paths[at], ...each };
}
