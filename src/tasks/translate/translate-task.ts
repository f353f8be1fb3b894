// Many to many: a sequence to another one, of another length.
import { digestOfNumbers } from "../../data/digest.ts";
import { textsByLine } from "../../data/tables/data-source.ts";
import type { Hypothesis } from "../../decoding/search/hypothesis.ts";
import { UnrolledError } from "../../errors.ts";
import type { ModelFiles } from "../../models/model-files.ts";
import { filesOfNetwork } from "../../models/network-files.ts";
import type { NetworkConfig } from "../../networks/config.ts";
import { LayeredNetwork } from "../../networks/layered-network.ts";
import { type GivenFor, type ValuesOf, valuesOf } from "../../options/option.ts";
import type { Device } from "../../tensor/device.ts";
import { answeredAlike } from "../answered-alike.ts";
import { exampleBatches } from "../examples/example-batches.ts";
import { heldOut } from "../examples/held-out.ts";
import type { TaskData } from "../examples/sources.ts";
import { type Asked, type Beginning, defineTask, type Evaluated, type SettingsOf } from "../task.ts";
import { type TranslateLoss, translateLoss } from "./translate-batch.ts";
import { decodedTargets } from "./translate-decode.ts";
import { TRANSLATE } from "./translate-description.ts";
import { foundOf, type TranslateFound } from "./translate-measure.ts";
import { translateNetwork } from "./translate-network.ts";
import {
  TRANSLATE_ANSWER_OPTIONS,
  TRANSLATE_EVALUATE_OPTIONS,
  type TRANSLATE_OPTIONS,
  type TranslateSettings,
} from "./translate-options.ts";
import { type Pair, translatePairs } from "./translate-pairs.ts";
import {
  type TranslateExample,
  TranslateReader,
  type TranslateReading,
  translateReading,
} from "./translate-reading.ts";

/** Everything that decides a training run of a translator, resolved. */
export type TranslateTrainingSettings = SettingsOf<typeof TRANSLATE_OPTIONS>;

/** What a translator is made from. Plain data. */
export interface TranslateOptions {
  readonly network: NetworkConfig;
  readonly reading: TranslateReading;
  readonly loss: TranslateLoss;
}

/** A target, and how likely it is. */
export interface TranslatedTo {
  readonly target: string;
  /** What targets are compared by: `logProbability` with the penalties of the search. */
  readonly score: number;
  /** Sum of the log probabilities of its tokens and of its end, in nats. */
  readonly logProbability: number;
  /** Its tokens, with its end where it has ended by itself. */
  readonly targetTokens: readonly string[];
  /** The share that each of the source's tokens had for each of its own [U][T]; none without attention. */
  readonly alignment: readonly (readonly number[])[];
}

/** A source and what it was made into. */
export interface Translation extends TranslatedTo {
  readonly source: string;
  /** Tokens of the source, with its end. */
  readonly sourceTokens: readonly string[];
  /** The targets that came behind it, where more than one was asked for. */
  readonly alternatives: readonly TranslatedTo[];
}

/** A source with how to translate it; what is not given is as `TRANSLATE_ANSWER_OPTIONS` has it. */
export type TranslateInput =
  | string
  | ({ readonly source: string } & GivenFor<typeof TRANSLATE_ANSWER_OPTIONS>);

/** The task "translate": to write a sequence that says what another one says. */
export const translateTask = defineTask({
  ...TRANSLATE,
  prepare,
  replica,
  predict,
  predictAll,
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
  const all = parts.training.map((pair) => reader.example(pair));
  const training = all.filter((example) => reader.fits(example));
  const leftOut = all.length - training.length;
  if (training.length === 0)
    throw new UnrolledError("invalid-argument", {
      call: "train",
      problem: `none of the ${all.length} pairs has 1 to ${settings.maxLength} tokens on both sides`,
    });
  const validation = parts.heldOut;
  const sizes = {
    source: reader.source.vocabularySize,
    target: settings.joint ? undefined : reader.target.vocabularySize,
  };
  const options: TranslateOptions = {
    network: translateNetwork(settings, sizes),
    reading,
    loss: { end: reader.end, labelSmoothing: settings.labelSmoothing, coverageLoss: settings.coverageLoss },
  };
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
    notes:
      leftOut === 0
        ? []
        : [
            `${leftOut} of ${all.length} pairs are empty or have more than ${settings.maxLength} tokens (maxLength), and are not learned from`,
          ],
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
        data: facts,
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

/**
 * The target of a source, by beam search or drawn.
 *
 * @throws UnrolledError "invalid-argument" for a source of more tokens than `maxLength` of the training, and for options that do not fit
 */
async function predict(
  model: LayeredNetwork,
  input: TranslateInput,
  options: TranslateOptions,
): Promise<Translation> {
  const [found] = await predictAll(model, [input], options);
  return found;
}

/** The target of each of many sources. What is drawn is drawn for each by itself, so that it is the same beside any. */
async function predictAll(
  model: LayeredNetwork,
  inputs: readonly TranslateInput[],
  options: TranslateOptions,
): Promise<Translation[]> {
  const asked = inputs.map((input) => {
    const { source, ...given } = typeof input === "string" ? { source: input } : input;
    return { source, how: valuesOf("predict", TRANSLATE_ANSWER_OPTIONS, given) };
  });
  return answeredAlike(
    asked,
    ({ how }) => (how.temperature === null ? JSON.stringify(how) : undefined),
    (alike) =>
      translationsOf(
        model,
        alike.map(({ source }) => source),
        options,
        alike[0].how,
      ),
  );
}

async function translationsOf(
  model: LayeredNetwork,
  texts: readonly string[],
  { reading }: TranslateOptions,
  { alignment: _, plotFile: __, ...how }: ValuesOf<typeof TRANSLATE_ANSWER_OPTIONS>,
): Promise<Translation[]> {
  const reader = new TranslateReader(reading);
  const sources = texts.map((text) => requireShort(reader, text));
  const found = await decodedTargets(model, sources, reader, how);
  return found.map((hypotheses, at) => {
    const [best, ...alternatives] = hypotheses.map((each) => translatedTo(reader, each));
    const sourceTokens = Array.from(sources[at], (id) => reader.source.token(id));
    return { source: texts[at], ...best, sourceTokens, alternatives };
  });
}

function translatedTo(
  reader: TranslateReader,
  { tokens, score, logProbability, attention = [], finishReason }: Hypothesis,
): TranslatedTo {
  const ids = finishReason === "stop" ? [...tokens, reader.end] : [...tokens];
  return {
    target: reader.text(tokens),
    score,
    logProbability,
    targetTokens: ids.map((id) => reader.target.token(id)),
    alignment: attention.slice(0, ids.length).map((row) => Array.from(row)),
  };
}

function requireShort(reader: TranslateReader, text: string): Int32Array {
  const ids = reader.sourceIds(text);
  if (ids.length - 1 <= reader.maxLength) return ids;
  throw new UnrolledError("invalid-argument", {
    call: "predict",
    problem: `a source has ${ids.length - 1} tokens, needed at most ${reader.maxLength} (maxLength of the training): ${text.slice(0, 60)}…`,
  });
}

/** A translation of each text, and of each line of the sources. */
async function* answers(
  { model, options }: Evaluated<LayeredNetwork, TranslateOptions>,
  { texts, sources }: Asked,
  given: Readonly<Record<string, unknown>>,
): AsyncGenerator<object, void> {
  const all = [...texts];
  for (const source of sources) for await (const text of textsByLine(source)) all.push(text);
  yield* await translationsOf(model, all, options, valuesOf("predict", TRANSLATE_ANSWER_OPTIONS, given));
}

/** The figures of a trained translator on other data. */
async function evaluate(
  { model, options, settings }: Evaluated<LayeredNetwork, TranslateOptions>,
  data: Pick<TaskData<Pair>, "train">,
  given: Readonly<Record<string, unknown>> = {},
): Promise<TranslateFound> {
  const { bootstrap, ...search } = valuesOf("eval", TRANSLATE_EVALUATE_OPTIONS, given);
  const pairs = await translatePairs(data.train, settings as TranslateSettings);
  return foundOf(model, pairs, new TranslateReader(options.reading), { search, bootstrap });
}
