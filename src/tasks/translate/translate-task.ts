// Many to many: a sequence to another one, of another length.
import { digestOfNumbers } from "../../data/digest.ts";
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
import {
  answers,
  look,
  predict,
  predictAll,
  predictEvents,
  type TranslateOptions,
} from "./translate-answers.ts";
import { translateLoss } from "./translate-batch.ts";
import { TRANSLATE } from "./translate-description.ts";
import { foundOf, type TranslateFound } from "./translate-measure.ts";
import { translateNetwork } from "./translate-network.ts";
import {
  TRANSLATE_EVALUATE_OPTIONS,
  type TRANSLATE_OPTIONS,
  type TranslateSettings,
} from "./translate-options.ts";
import { type Pair, translatePairs } from "./translate-pairs.ts";
import { type TranslateExample, TranslateReader, translateReading } from "./translate-reading.ts";

/** Everything that decides a training run of a translator, resolved. */
export type TranslateTrainingSettings = SettingsOf<typeof TRANSLATE_OPTIONS>;

/** What of a source a folder keeps to try the model with. */
const EXAMPLE_CHARACTERS = 200;

/** The task "translate": to write a sequence that says what another one says. */
export const translateTask = defineTask({
  ...TRANSLATE,
  prepare,
  replica,
  predict,
  predictAll,
  predictEvents,
  look,
  evaluate,
  answers,
});

async function prepare({ data, settings }: Beginning<TaskData<Pair>, TranslateTrainingSettings>) {
  const pairs = await translatePairs(data.train, settings);
  const [given, test] = [
    data.val && (await translatePairs(data.val, settings)),
    data.test && (await translatePairs(data.test, settings)),
  ];
  const parts = given
    ? { training: pairs, heldOut: given }
    : heldOut(pairs, {
        share: settings.valFraction,
        seed: settings.seed,
        groupOf: () => undefined,
        sameOf: ({ source }) => source,
      });
  const reading = translateReading(parts.training, settings);
  const reader = new TranslateReader(reading);
  const {
    kept: training,
    leftOut,
    notes,
  } = examplesOfLength(
    parts.training.map((pair) => reader.example(pair)),
    (example) => reader.fits(example),
    { units: "pairs", maxLength: settings.maxLength },
  );
  const validation = parts.heldOut;
  // What cannot be measured is refused before anything is trained.
  for (const measured of [validation, test ?? []])
    requireKnownTokens(
      measured.map(({ target }) => reader.targetIds(target)),
      reader.target,
      "targets",
    );
  const sizes = {
    source: reader.source.vocabularySize,
    target: settings.joint ? undefined : reader.target.vocabularySize,
  };
  const options: TranslateOptions = {
    network: translateNetwork(settings, sizes),
    reading,
    loss: { end: reader.end, labelSmoothing: settings.labelSmoothing, coverageLoss: settings.coverageLoss },
  };
  const example = (validation[0] ?? parts.training[0]).source.slice(0, EXAMPLE_CHARACTERS);
  const facts = {
    trainingPairs: training.length,
    validationPairs: validation.length,
    sourceVocabulary: sizes.source,
    targetVocabulary: reader.target.vocabularySize,
    leftOut,
  };
  return {
    options,
    facts,
    notes,
    sizes: { "pairs to learn from": training.length },
    digest: () =>
      digestOfNumbers(training.flatMap(({ source, target }) => [[source.length], source, target])),
    ...exampleBatches(training, ({ source, target }) => source.length + target.length, settings),
    ...(validation.length === 0
      ? {}
      : { measure: (model: LayeredNetwork) => foundOf(model, validation, reader) }),
    ...(test
      ? {
          test: async (trained: Evaluated<LayeredNetwork, TranslateOptions>) =>
            evaluate(trained, { train: test }),
        }
      : {}),
    files: async (
      model: LayeredNetwork,
      training: TranslateTrainingSettings,
      evaluation: TranslateFound | undefined,
    ): Promise<ModelFiles> =>
      filesOfNetwork(model, {
        task: TRANSLATE.name,
        options,
        training: { ...training },
        evaluation,
        data: { ...facts, ...(example ? { example } : {}) },
      }),
  };
}

function replica(device: Device, { network, loss }: TranslateOptions) {
  const model = new LayeredNetwork(device, network);
  return {
    model,
    loss: (examples: readonly TranslateExample[]) => translateLoss(model, examples, loss),
  };
}

/** The figures of a trained translator on other data. */
async function evaluate(
  { model, options, settings }: Evaluated<LayeredNetwork, TranslateOptions>,
  data: Pick<TaskData<Pair>, "train">,
  given: Readonly<Record<string, unknown>> = {},
): Promise<TranslateFound> {
  const { bootstrap, bleuTokenize, bleuSmooth, ...search } = valuesOf(
    "eval",
    TRANSLATE_EVALUATE_OPTIONS,
    given,
  );
  const pairs = await translatePairs(data.train, settings as TranslateSettings);
  return foundOf(model, pairs, new TranslateReader(options.reading), {
    ...{ search, bootstrap },
    counted: { tokenize: bleuTokenize, smooth: bleuSmooth },
  });
}
