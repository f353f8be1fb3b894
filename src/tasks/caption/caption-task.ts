// One to many: from a picture to what can be said of it.
import { digestOfNumbers } from "../../data/digest.ts";
import { type Picture, sizedPixels } from "../../data/pictures/picture.ts";
import { titleOf } from "../../data/tables/data-source.ts";
import type { Hypothesis } from "../../decoding/search/hypothesis.ts";
import type { FileReader, ModelFiles } from "../../models/model-files.ts";
import { filesOfNetwork } from "../../models/network-files.ts";
import type { NetworkConfig } from "../../networks/config.ts";
import { LayeredNetwork } from "../../networks/layered-network.ts";
import { type GivenFor, type ValuesOf, valuesOf } from "../../options/option.ts";
import type { Device } from "../../tensor/device.ts";
import { answeredAlike } from "../answered-alike.ts";
import { exampleBatches } from "../examples/example-batches.ts";
import { heldOut } from "../examples/held-out.ts";
import { examplesOfLength } from "../examples/of-length.ts";
import type { TaskData } from "../examples/sources.ts";
import { type Asked, type Beginning, defineTask, type Evaluated, type SettingsOf } from "../task.ts";
import { type CaptionExample, captionLoss } from "./caption-batch.ts";
import { describedPictures } from "./caption-decode.ts";
import { CAPTION } from "./caption-description.ts";
import { type CaptionFound, captionFound } from "./caption-measure.ts";
import { captionNetwork, gridOf } from "./caption-network.ts";
import {
  CAPTION_ANSWER_OPTIONS,
  CAPTION_EVALUATE_OPTIONS,
  type CAPTION_OPTIONS,
  type CaptionSettings,
} from "./caption-options.ts";
import { CaptionReader, type CaptionReading, learnedTokenizer } from "./caption-reading.ts";
import { type CaptionRecord, fileNamed, pixelsOfFiles, type SeenPicture } from "./caption-records.ts";
import { FEATURES_FILE, newFeatureNetwork } from "./feature-network.ts";
import { seenPictures, sightOf, sightOfPixels, sightThrough } from "./sight.ts";

/** Everything that decides a training run, resolved. */
export type CaptionTrainingSettings = SettingsOf<typeof CAPTION_OPTIONS>;

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

/** The task "caption": to say what is in a picture. */
export const captionTask = defineTask({
  ...CAPTION,
  prepare,
  replica,
  predict,
  predictAll,
  evaluate,
  answers,
});

async function prepare({
  data,
  settings,
  device,
}: Beginning<TaskData<CaptionRecord>, CaptionTrainingSettings>) {
  const featureFile = settings.features === null ? undefined : fileNamed(settings.features);
  const features = featureFile && (await newFeatureNetwork(device, featureFile, settings));
  const sight = features ? sightThrough(features) : sightOfPixels(settings);
  const read = (entries: Parameters<typeof seenPictures>[0]) => seenPictures(entries, settings, sight);
  const pictures = await read(data.train);
  const [given, test] = [data.val && (await read(data.val)), data.test && (await read(data.test))];
  const parts = given
    ? { training: pictures, heldOut: given }
    : heldOut(pictures, { share: settings.valFraction, seed: settings.seed });
  const reading: CaptionReading = {
    tokenizer: learnedTokenizer(parts.training, settings),
    maxLength: settings.maxLength,
    blind: settings.blind,
    grid: features?.form.grid ?? gridOf(settings),
    ...(features ? { features: features.form } : {}),
  };
  const reader = new CaptionReader(reading);
  const {
    kept: training,
    leftOut,
    notes,
  } = examplesOfLength(
    parts.training.flatMap(({ seen, texts }) =>
      texts.map((text): CaptionExample => ({ seen, target: reader.ids(text) })),
    ),
    ({ target }) => target.length > 1 && target.length <= settings.maxLength + 1,
    { units: "texts", maxLength: settings.maxLength },
  );
  const { vocabularySize } = reader.tokenizer;
  const options: CaptionOptions = {
    network: captionNetwork(settings, vocabularySize, features?.form),
    reading,
    loss: { end: reader.end, blind: settings.blind },
  };
  const facts = {
    trainingPictures: parts.training.length,
    validationPictures: parts.heldOut.length,
    trainingTexts: training.length,
    vocabulary: vocabularySize,
    leftOut,
  };
  return {
    options,
    facts,
    notes,
    sizes: { "texts to learn from": training.length },
    digest: () => digestOfNumbers(training.flatMap(({ seen, target }) => [target, seen])),
    ...exampleBatches(training, ({ target }) => target.length, settings),
    ...(parts.heldOut.length === 0
      ? {}
      : { measure: (model: LayeredNetwork) => captionFound(model, parts.heldOut, reader) }),
    ...(test
      ? { test: ({ model }: Evaluated<LayeredNetwork, CaptionOptions>) => captionFound(model, test, reader) }
      : {}),
    files: async (
      model: LayeredNetwork,
      training: CaptionTrainingSettings,
      evaluation: CaptionFound | undefined,
    ): Promise<ModelFiles> => ({
      ...(await filesOfNetwork(model, {
        task: CAPTION.name,
        options,
        training: { ...training },
        evaluation,
        data: facts,
      })),
      // A copy, since files that are handed out are handed over.
      ...(featureFile ? { [FEATURES_FILE]: featureFile.slice() } : {}),
    }),
  };
}

function replica(device: Device, { network, loss }: CaptionOptions) {
  const model = new LayeredNetwork(device, network);
  return {
    model,
    loss: (examples: readonly CaptionExample[]) => {
      const value = captionLoss(model, examples, loss);
      return { loss: value, measured: value };
    },
  };
}

/** What can be said of a picture. */
async function predict(
  model: LayeredNetwork,
  input: CaptionInput,
  options: CaptionOptions,
  read: FileReader,
): Promise<DescribedPicture> {
  const [found] = await predictAll(model, [input], options, read);
  return found;
}

/** What can be said of each of many. */
async function predictAll(
  model: LayeredNetwork,
  inputs: readonly CaptionInput[],
  options: CaptionOptions,
  read: FileReader,
): Promise<DescribedPicture[]> {
  const sight = await sightOf(model, options, read);
  const asked = inputs.map((input) => {
    const { picture, ...given } = "picture" in input ? input : { picture: input };
    return {
      pixels: sizedPixels(picture, sight.imageWidth, sight.imageHeight),
      how: valuesOf("predict", CAPTION_ANSWER_OPTIONS, given),
    };
  });
  return answeredAlike(
    asked,
    ({ how }) => JSON.stringify(how),
    async (alike) =>
      described(model, await sight.see(alike.map(({ pixels }) => pixels)), options, alike[0].how),
  );
}

async function described(
  model: LayeredNetwork,
  seen: readonly SeenPicture[],
  { reading }: CaptionOptions,
  { alignment: _, plotFile: __, ...how }: ValuesOf<typeof CAPTION_ANSWER_OPTIONS>,
): Promise<DescribedPicture[]> {
  const reader = new CaptionReader(reading);
  const found = await describedPictures(model, seen, reader, how);
  return found.map((hypotheses) => {
    const [best, ...alternatives] = hypotheses.map((each) => captionOf(reader, each));
    return { ...best, grid: reader.grid, alternatives };
  });
}

function captionOf(
  { tokenizer, end }: CaptionReader,
  { tokens, score, logProbability, attention = [], finishReason }: Hypothesis,
): Caption {
  const ids = finishReason === "stop" ? [...tokens, end] : [...tokens];
  return {
    text: tokenizer.decode(tokens),
    score,
    logProbability,
    tokens: ids.map((id) => tokenizer.token(id)),
    attention: attention.slice(0, ids.length).map((row) => Array.from(row)),
  };
}

/** What is said of each file. */
async function* answers(
  { model, options, read }: Evaluated<LayeredNetwork, CaptionOptions>,
  { sources }: Asked,
  given: Readonly<Record<string, unknown>>,
): AsyncGenerator<object, void> {
  const paths = sources.map(titleOf);
  const sight = await sightOf(model, options, read);
  const seen = await sight.see(await pixelsOfFiles(paths, sight));
  const found = await described(model, seen, options, valuesOf("predict", CAPTION_ANSWER_OPTIONS, given));
  for (const [at, each] of found.entries()) yield { image: paths[at], ...each };
}

/** The figures of a trained model on other pictures. */
async function evaluate(
  { model, options, settings, read }: Evaluated<LayeredNetwork, CaptionOptions>,
  data: Pick<TaskData<CaptionRecord>, "train">,
  given: Readonly<Record<string, unknown>> = {},
): Promise<CaptionFound> {
  const sight = await sightOf(model, options, read);
  const pictures = await seenPictures(data.train, settings as CaptionSettings, sight);
  const reader = new CaptionReader(options.reading);
  return captionFound(model, pictures, reader, valuesOf("eval", CAPTION_EVALUATE_OPTIONS, given));
}
