// Many to one: a sequence, of tokens or of numbers, and the class that it belongs to, or several.
import { digestOfNumbers } from "../../data/digest.ts";
import { writeSafetensors } from "../../formats/write-safetensors.ts";
import { binaryCrossEntropy } from "../../losses/binary-cross-entropy.ts";
import { crossEntropy } from "../../losses/cross-entropy.ts";
import type { ModelFiles } from "../../models/model-files.ts";
import { filesOfNetwork } from "../../models/network-files.ts";
import { checkNetworkConfig } from "../../networks/check-config.ts";
import { LayeredNetwork } from "../../networks/layered-network.ts";
import type { Device } from "../../tensor/device.ts";
import { add } from "../../tensor/operations/arithmetic.ts";
import { ints, tensor } from "../../tensor/tensor.ts";
import { BASELINES_FILE } from "../baselines/baselines-file.ts";
import { readBaselines } from "../baselines/read-baselines.ts";
import { exampleBatches } from "../examples/example-batches.ts";
import { heldOut } from "../examples/held-out.ts";
import type { TaskData } from "../examples/sources.ts";
import { type Beginning, defineTask, type Evaluated, type SettingsOf } from "../task.ts";
import { answers, asksFiles, listen, look, predict, predictAll } from "./classify-answers.ts";
import {
  type BaselineFigures,
  baselineFigures,
  baselinesOf,
  baselineTensors,
  fitClassifyBaselines,
  majorityOf,
} from "./classify-baselines.ts";
import { classifyBatch } from "./classify-batch.ts";
import { CLASSIFY } from "./classify-description.ts";
import { type ClassifyExample, ClassifyReader, classifyReading } from "./classify-examples.ts";
import { type ClassifyFound, classifyFound, logitsOf } from "./classify-measure.ts";
import type { ClassifyOptions } from "./classify-model.ts";
import { classifyNetwork } from "./classify-network.ts";
import { classifyNotes } from "./classify-notes.ts";
import type { CLASSIFY_OPTIONS } from "./classify-options.ts";
import {
  type ClassifyColumns,
  type ClassifyRecord,
  heardOrRead,
  type ReadRecord,
} from "./classify-records.ts";
import { varied } from "./classify-varied.ts";
import { learnedOnce, logitShift } from "./learned-once.ts";
import { requireLabels } from "./require-labels.ts";

/** Everything that decides a training run of a classifier, resolved. */
export type ClassifyTrainingSettings = SettingsOf<typeof CLASSIFY_OPTIONS>;

/** What the start of a run tells of the data. */
export interface ClassifyFacts {
  readonly classes: number;
  readonly trainingExamples: number;
  readonly validationExamples: number;
  readonly columns: ClassifyColumns | null;
  /** Labels that stand at one example alone. */
  readonly seenOnce: readonly string[];
}

/** The task "classify": to say which class a sequence belongs to. */
export const classifyTask = defineTask({
  ...CLASSIFY,
  prepare,
  replica,
  predict,
  predictAll,
  look,
  evaluate,
  answers,
  asksFiles,
  listen,
});

async function prepare({ data, settings }: Beginning<TaskData<ClassifyRecord>, ClassifyTrainingSettings>) {
  const found = await heardOrRead(data.train, settings);
  requireLabels(found.records);
  const apart = async (entries: TaskData<ClassifyRecord>["val"]) =>
    entries && (await heardOrRead(entries, settings, found.columns)).records;
  const given = await apart(data.val);
  const { rest, test } = testPart(found.records, await apart(data.test), settings);
  const parts = given
    ? { training: rest, heldOut: given }
    : heldOut(rest, { share: settings.valFraction, ...splitBy(settings) });
  const reading = classifyReading(parts.training, settings, found.columns?.features);
  const reader = new ClassifyReader(reading);
  const isOnce = settings.once && settings.multiLabel === null;
  const learned = isOnce ? learnedOnce(parts.training) : parts.training;
  const [training, validation] = [reader.examples(learned), reader.examples(parts.heldOut)];
  const vocabularySize = reader.tokenizer?.vocabularySize;
  const sizes = { vocabularySize, features: reading.features?.length, classes: reading.labels.length };
  const countsOf = (examples: readonly ClassifyExample[]) =>
    reading.labels.map(
      (_, label) =>
        examples.filter(({ target }) => (typeof target === "number" ? target === label : target[label] === 1))
          .length,
    );
  const all = isOnce ? reader.examples(parts.training) : training;
  const counts = countsOf(all);
  const shift = isOnce ? logitShift(countsOf(training), counts) : undefined;
  const options: ClassifyOptions = {
    network: classifyNetwork(settings, sizes),
    reading,
    columns: found.columns,
    counts,
    trainingExamples: all.length,
    ...(shift ? { shift } : {}),
    labelSmoothing: settings.labelSmoothing,
    balanced: settings.balanced,
    temperature: 1,
  };
  const majority = majorityOf(counts, all.length, reading);
  const baselines = fitClassifyBaselines(training, reading, {
    vocabularySize,
    seed: settings.seed,
    majority,
  });
  const figures = (examples: readonly ClassifyExample[]) =>
    examples.length > 0 ? baselineFigures(baselines, examples, reading) : undefined;
  // At the temperature that suits them: what is right is worth more than how sure few examples have made it.
  const measured = async (model: LayeredNetwork, examples: readonly ClassifyExample[]) =>
    classifyFound(
      await logitsOf(
        model,
        examples.map(({ inputs }) => inputs),
      ),
      targetsOf(examples),
      {
        temperature: 1,
        fits: true,
      },
    );
  const facts: ClassifyFacts = {
    classes: reading.labels.length,
    trainingExamples: training.length,
    validationExamples: validation.length,
    columns: found.columns ?? null,
    seenOnce: reading.labels.filter((_, label) => counts[label] === 1),
  };
  const toBeat = figures(validation) as Record<string, object> | undefined;
  return {
    options,
    facts,
    notes: classifyNotes(facts, settings),
    sizes: { "examples to learn from": training.length },
    digest: () =>
      digestOfNumbers(training.flatMap(({ inputs, target }) => [[inputs.length], inputs, [target].flat()])),
    baselines: toBeat,
    ...exampleBatches(
      training,
      ({ inputs }) => inputs.length,
      settings,
      await varied(found.columns, settings, reader),
    ),
    ...(validation.length === 0
      ? {}
      : {
          measure: (model: LayeredNetwork) => measured(model, validation),
        }),
    ...(test
      ? {
          test: async (trained: Evaluated<LayeredNetwork, ClassifyOptions>) =>
            evaluate(trained, { train: test }),
        }
      : {}),
    files: async (
      model: LayeredNetwork,
      training: ClassifyTrainingSettings,
      evaluation: ClassifyFound | undefined,
    ): Promise<ModelFiles> => ({
      ...(await filesOfNetwork(model, {
        task: CLASSIFY.name,
        options: { ...options, temperature: evaluation?.temperature ?? 1 },
        training: { ...training },
        evaluation,
        data: facts,
        baselines: toBeat,
      })),
      [BASELINES_FILE]: writeSafetensors(baselineTensors(baselines)),
    }),
  };
}

/** Whole groups, and of the rest the same share of each label; with equal texts together if that is asked for. */
function splitBy({ distinct, seed }: ClassifyTrainingSettings) {
  return {
    seed,
    groupOf: ({ group }: ReadRecord) => group,
    labelOf: ({ label }: ReadRecord) => String(label),
    labelsOf: ({ label }: ReadRecord) => (typeof label === "string" ? [label] : label),
    sameOf: (record: ReadRecord) => (distinct && "text" in record ? record.text : undefined),
  };
}

/** What is measured on at the end: what is given for it, or a share. */
function testPart(
  records: readonly ReadRecord[],
  given: readonly ReadRecord[] | undefined,
  settings: ClassifyTrainingSettings,
) {
  const { testFraction: share } = settings;
  if (given || share === 0) return { rest: records, test: given };
  const { training: rest, heldOut: test } = heldOut(records, { share, ...splitBy(settings) });
  return { rest, test };
}

function replica(device: Device, options: ClassifyOptions) {
  const { network, counts, shift, labelSmoothing, balanced, reading } = options;
  // Its layers are of kinds beside those of a language model.
  const model = new LayeredNetwork(device, checkNetworkConfig(network));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const there = counts.filter((count) => count > 0).length;
  const classWeights = balanced
    ? counts.map((count) => (count > 0 ? total / (there * count) : 0))
    : undefined;
  return {
    model,
    loss(examples: readonly ClassifyExample[]) {
      const { inputs, lengths } = classifyBatch(
        model,
        examples.map((each) => each.inputs),
      );
      const said = model.forward(inputs, { lengths }).outputs.logits;
      const logits = shift ? add(said, tensor(device, shift, [1, shift.length])) : said;
      const targets = targetsOf(examples);
      if (reading.isMultiLabel)
        return binaryCrossEntropy(
          logits,
          tensor(device, Float32Array.from((targets as readonly (readonly number[])[]).flat()), logits.shape),
        );
      const classes = ints(device, Int32Array.from(targets as readonly number[]), [examples.length]);
      if (!labelSmoothing && !classWeights) return crossEntropy(logits, classes);
      return crossEntropy(logits, classes, { labelSmoothing, classWeights });
    },
  };
}

/** The figures of a trained classifier on other data, beside those of its baselines. */
async function evaluate(
  { model, options, settings, read }: Evaluated<LayeredNetwork, ClassifyOptions>,
  data: Pick<TaskData<ClassifyRecord>, "train">,
): Promise<ClassifyFound & { readonly baselines: BaselineFigures }> {
  const { records } = await heardOrRead(data.train, settings as ClassifyTrainingSettings, options.columns);
  const examples = new ClassifyReader(options.reading).examples(records);
  const logits = await logitsOf(
    model,
    examples.map(({ inputs }) => inputs),
  );
  const found = classifyFound(logits, targetsOf(examples), { temperature: options.temperature });
  const { counts, trainingExamples = 0, reading } = options;
  const majority = majorityOf(counts, trainingExamples, reading);
  const baselines = baselinesOf(await readBaselines(read), majority);
  return { ...found, baselines: baselineFigures(baselines, examples, options.reading) };
}

function targetsOf(examples: readonly ClassifyExample[]): readonly ClassifyExample["target"][] {
  return examples.map(({ target }) => target);
}
