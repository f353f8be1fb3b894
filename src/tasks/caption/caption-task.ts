// One to many: from a picture to what can be said of it.
import { digestOfNumbers } from "../../data/digest.ts";
import { UnrolledError } from "../../errors.ts";
import type { ModelFiles } from "../../models/model-files.ts";
import { filesOfNetwork } from "../../models/network-files.ts";
import { LayeredNetwork } from "../../networks/layered-network.ts";
import { valuesOf } from "../../options/option.ts";
import type { Device } from "../../tensor/device.ts";
import { exampleBatches } from "../examples/example-batches.ts";
import { heldOut } from "../examples/held-out.ts";
import { requireKnownTokens } from "../examples/known-tokens.ts";
import { examplesOfLength } from "../examples/of-length.ts";
import type { TaskData } from "../examples/sources.ts";
import { type Beginning, defineTask, type Evaluated, type SettingsOf } from "../task.ts";
import { answers, type CaptionOptions, look, predict, predictAll } from "./caption-answers.ts";
import { type CaptionExample, captionLoss } from "./caption-batch.ts";
import { CAPTION } from "./caption-description.ts";
import { type CaptionFound, captionFound } from "./caption-measure.ts";
import { captionNetwork, gridOf } from "./caption-network.ts";
import { CAPTION_EVALUATE_OPTIONS, type CAPTION_OPTIONS, type CaptionSettings } from "./caption-options.ts";
import { CaptionReader, type CaptionReading, learnedTokenizer } from "./caption-reading.ts";
import { bytesAt, type CaptionRecord, type PictureTexts } from "./caption-records.ts";
import { FEATURES_FILE, newFeatureNetwork } from "./feature-network.ts";
import { seenPictures, sightOf, sightOfPixels, sightThrough } from "./sight.ts";

/** Everything that decides a training run, resolved. */
export type CaptionTrainingSettings = SettingsOf<typeof CAPTION_OPTIONS>;

/** The task "caption": to say what is in a picture. */
export const captionTask = defineTask({
  ...CAPTION,
  prepare,
  replica,
  predict,
  predictAll,
  look,
  evaluate,
  answers,
});

async function prepare({
  data,
  settings,
  device,
}: Beginning<TaskData<CaptionRecord>, CaptionTrainingSettings>) {
  const featureFile = settings.features === null ? undefined : featuresNamed(settings.features);
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
  for (const measured of [parts.heldOut, test ?? []]) requireKnownTexts(measured, reader);
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

function requireKnownTexts(pictures: readonly PictureTexts[], reader: CaptionReader): void {
  const ids = pictures.flatMap(({ texts }) => texts.map((text) => reader.ids(text)));
  requireKnownTokens(ids, reader.tokenizer, "texts");
}

function featuresNamed(path: string): Uint8Array {
  const bytes = bytesAt(path);
  if (bytes) return bytes;
  throw new UnrolledError("missing-file", {
    call: "train",
    subject: [{ option: "features" }],
    got: path,
    needed: "a file that is there",
  });
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

/** The figures of a trained model on other pictures. */
async function evaluate(
  { model, options, settings, read }: Evaluated<LayeredNetwork, CaptionOptions>,
  data: Pick<TaskData<CaptionRecord>, "train">,
  given: Readonly<Record<string, unknown>> = {},
): Promise<CaptionFound> {
  const sight = await sightOf(model, options, read);
  const pictures = await seenPictures(data.train, settings as CaptionSettings, sight);
  const reader = new CaptionReader(options.reading);
  requireKnownTexts(pictures, reader);
  return captionFound(model, pictures, reader, valuesOf("eval", CAPTION_EVALUATE_OPTIONS, given));
}
