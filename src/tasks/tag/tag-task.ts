// Many to many in step: a tag for each word of a sentence, or for each step of a recording.
import { digestOfNumbers } from "../../data/digest.ts";
import type { Crf } from "../../layers/crf.ts";
import { crfLoss } from "../../losses/crf-loss.ts";
import { crossEntropy } from "../../losses/cross-entropy.ts";
import type { ModelFiles } from "../../models/model-files.ts";
import { filesOfNetwork } from "../../models/network-files.ts";
import { LayeredNetwork } from "../../networks/layered-network.ts";
import type { Device } from "../../tensor/device.ts";
import { add, scaled } from "../../tensor/operations/arithmetic.ts";
import { ints, type Tensor, tensor } from "../../tensor/tensor.ts";
import type { ClassifyColumns } from "../classify/classify-records.ts";
import { exampleBatches } from "../examples/example-batches.ts";
import { heldOut } from "../examples/held-out.ts";
import type { TaskData } from "../examples/sources.ts";
import { type Beginning, defineTask, type Evaluated, type SettingsOf } from "../task.ts";
import { frequentTagsOf, mostFrequentTags } from "./most-frequent-tag.ts";
import { answers, asksFiles, listen, look, predict, predictAll, tagsOf } from "./tag-answers.ts";
import { tagBatch } from "./tag-batch.ts";
import { TAG } from "./tag-description.ts";
import { type TagExample, TagReader, tagReading } from "./tag-examples.ts";
import type { TagOptions } from "./tag-model.ts";
import { CRF_LAYER, tagNetwork } from "./tag-network.ts";
import type { TAG_OPTIONS } from "./tag-options.ts";
import { isSentence, type ReadTagged, type TagRecord, tagRecords } from "./tag-records.ts";
import { type TagScores, tagScores } from "./tag-scores.ts";
import { unknownWords } from "./unknown-words.ts";

/** Everything that decides a training run of a tagger, resolved. */
export type TagTrainingSettings = SettingsOf<typeof TAG_OPTIONS>;

/** Figures of a tagger. */
export interface TagFound extends TagScores {
  readonly sentences: number;
  readonly tokens: number;
}

/** The task "tag": to say what each step of a sequence is. */
export const tagTask = defineTask({
  ...TAG,
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

async function prepare({ data, settings }: Beginning<TaskData<TagRecord>, TagTrainingSettings>) {
  const found = await tagRecords(data.train, settings);
  const apart = async (entries: TaskData<TagRecord>["val"]) =>
    entries && (await tagRecords(entries, settings, { columns: found.columns })).records;
  const [given, test] = [await apart(data.val), await apart(data.test)];
  const parts = given
    ? { training: found.records, heldOut: given }
    : heldOut(found.records, {
        share: settings.valFraction,
        seed: settings.seed,
        groupOf: (record) => (isSentence(record) ? undefined : record.group),
        labelsOf: (record) => (isSentence(record) ? [] : record.tags),
      });
  const reading = tagReading(parts.training, settings, found.columns?.features);
  const reader = new TagReader(reading);
  const training = reader.examples(parts.training);
  const tokens = training.reduce((sum, { inputs }) => sum + inputs.steps, 0);
  const isWords = reading.words !== undefined;
  const sizes = {
    ...(isWords ? { vocabularySize: reader.vocabularySize, characterCount: reader.characterCount } : {}),
    features: reading.features?.length,
    tags: reading.tags.length,
  };
  const options: TagOptions = {
    network: tagNetwork(settings, sizes),
    reading,
    columns: found.columns,
    mostFrequent: mostFrequentTags(parts.training, settings.lowercase),
    ...(settings.recallCost > 0 ? { recallCost: settings.recallCost } : {}),
    meanSteps: tokens / training.length,
  };
  const { heldOut: validation } = parts;
  const facts = {
    tags: reading.tags.length,
    trainingSequences: training.length,
    trainingTokens: tokens,
    validationSequences: validation.length,
    columns: found.columns ?? null,
  };
  const baselines =
    validation.length === 0
      ? undefined
      : ({ mostFrequentTag: frequentScores(validation, options) } as Record<string, object>);
  return {
    options,
    facts,
    notes: tagNotes(facts, settings),
    sizes: { "sequences to learn from": training.length },
    digest: () =>
      digestOfNumbers(
        training.flatMap(({ inputs: { steps, values, characters = [] }, targets }) => [
          [steps],
          values,
          targets,
          characters,
        ]),
      ),
    baselines,
    ...exampleBatches(training, ({ inputs }) => inputs.steps, settings, unknownWords(training, settings)),
    ...(validation.length === 0
      ? {}
      : { measure: (model: LayeredNetwork) => foundOf(model, validation, options) }),
    ...(test
      ? {
          test: async (trained: Evaluated<LayeredNetwork, TagOptions>) => evaluate(trained, { train: test }),
        }
      : {}),
    files: async (
      model: LayeredNetwork,
      training: TagTrainingSettings,
      evaluation: TagFound | undefined,
    ): Promise<ModelFiles> =>
      filesOfNetwork(model, {
        task: TAG.name,
        options,
        training: { ...training },
        evaluation,
        data: facts,
        baselines,
      }),
  };
}

/** What people should know of a table's columns that nobody named. */
function tagNotes(
  { columns }: { readonly columns: ClassifyColumns | null },
  { column, features }: TagTrainingSettings,
): readonly string[] {
  if (!columns || columns.sound || (column !== null && features.length > 0)) return [];
  const read = `tags: ${columns.label}, features: ${columns.features?.join(", ")}`;
  return [`Columns, as found out: ${read}; --features, --column to change.`];
}

function replica(device: Device, { network, meanSteps, recallCost = 0, reading }: TagOptions) {
  const model = new LayeredNetwork(device, network);
  const crf = model.layers.get(CRF_LAYER) as Crf | undefined;
  const outside = reading.tags.indexOf(OUTSIDE);
  return {
    model,
    loss(examples: readonly TagExample[]) {
      const { inputs, lengths, steps } = tagBatch(
        model,
        examples.map((each) => each.inputs),
      );
      const said = model.forward(inputs, { lengths }).outputs.emissions;
      const targets = new Int32Array(examples.length * steps).fill(crf ? 0 : IGNORED);
      for (const [row, example] of examples.entries()) targets.set(example.targets, row * steps);
      const emissions =
        recallCost > 0 && outside >= 0
          ? add(said, costs(device, targets, { tags: reading.tags, shape: said.shape }, recallCost))
          : said;
      const tags = ints(device, targets, [examples.length, steps]);
      const total = crf
        ? crfLoss(emissions, tags, crf, { lengths, reduction: "sum" })
        : crossEntropy(emissions, tags, { ignoreIndex: IGNORED, reduction: "sum" });
      // A step counts the same wherever it stands, however a batch is split among threads.
      return scaled(total, 1 / (examples.length * meanSteps));
    },
  };
}

const IGNORED = -100;
const OUTSIDE = "O";

/**
 * What is added to the scores of "outside" where a span is: softmax-margin with a cost of overlooking (Gimpel & Smith 2010; Mohit et al. 2012,
 * "Recall-oriented learning of named entities in Arabic Wikipedia"), so that a span is learned to be better than nothing by that much.
 */
function costs(
  device: Device,
  targets: Int32Array,
  { tags, shape }: { readonly tags: readonly string[]; readonly shape: readonly number[] },
  cost: number,
): Tensor {
  const K = tags.length;
  const outside = tags.indexOf(OUTSIDE);
  const added = new Float32Array(targets.length * K);
  for (const [at, target] of targets.entries())
    if (target >= 0 && target !== outside) added[at * K + outside] = cost;
  return tensor(device, added, shape);
}

/** The figures of a trained tagger on other data, beside those of its baseline. */
async function evaluate(
  { model, options, settings }: Evaluated<LayeredNetwork, TagOptions>,
  data: Pick<TaskData<TagRecord>, "train">,
): Promise<TagFound & { readonly baselines: { readonly mostFrequentTag: TagScores } }> {
  const { columns } = options;
  const { records } = await tagRecords(data.train, settings as TagTrainingSettings, { columns });
  return {
    ...(await foundOf(model, records, options)),
    baselines: { mostFrequentTag: frequentScores(records, options) },
  };
}

async function foundOf(
  model: LayeredNetwork,
  records: readonly ReadTagged[],
  options: TagOptions,
): Promise<TagFound> {
  const wanted = records.map(({ tags }) => tags);
  return {
    sentences: records.length,
    tokens: wanted.reduce((sum, { length }) => sum + length, 0),
    ...tagScores(await tagsOf(model, records, options), wanted),
  };
}

function frequentScores(records: readonly ReadTagged[], { mostFrequent, reading }: TagOptions): TagScores {
  const frequent = records.map((record) => frequentTagsOf(record, mostFrequent, reading.lowercase ?? true));
  return tagScores(
    frequent,
    records.map(({ tags }) => tags),
  );
}
