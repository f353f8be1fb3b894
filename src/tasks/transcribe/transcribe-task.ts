// Sound to text: a recogniser that sums over all alignments.
import { digestOfNumbers } from "../../data/digest.ts";
import { UnrolledError } from "../../errors.ts";
import type { ModelFiles } from "../../models/model-files.ts";
import { filesOfNetwork } from "../../models/network-files.ts";
import type { NetworkConfig } from "../../networks/config.ts";
import { LayeredNetwork } from "../../networks/layered-network.ts";
import type { Device } from "../../tensor/device.ts";
import { exampleBatches } from "../examples/example-batches.ts";
import { heldOut } from "../examples/held-out.ts";
import type { TaskData } from "../examples/sources.ts";
import { variesRecorded } from "../sound/varied-sounds.ts";
import { type Beginning, defineTask, type Evaluated, type SettingsOf } from "../task.ts";
import { answers, evaluate, predict, predictAll } from "./transcribe-answers.ts";
import { transcribeBaselines } from "./transcribe-baselines.ts";
import { leastSteps, stepsOf, type TranscribeBatching, transcribeLoss } from "./transcribe-batch.ts";
import { TRANSCRIBE } from "./transcribe-description.ts";
import { newWeights, readingOfModel, weightsOfModel } from "./transcribe-from.ts";
import { foundBy, meanLoss, type TranscribeFound } from "./transcribe-measure.ts";
import { transcribeNetwork } from "./transcribe-network.ts";
import type { TRANSCRIBE_OPTIONS } from "./transcribe-options.ts";
import { predictionWeights } from "./transcribe-predict-from.ts";
import {
  heard,
  hearingOf,
  type TranscribeExample,
  TranscribeReader,
  type TranscribeReading,
  transcribeReading,
} from "./transcribe-reading.ts";
import { recogniserOf } from "./transcribe-recogniser.ts";
import { type Utterance, utterancesOf } from "./transcribe-records.ts";
import { variedUtterances } from "./transcribe-varied.ts";

/** Everything that decides a training run of a recogniser, resolved. */
export type TranscribeTrainingSettings = SettingsOf<typeof TRANSCRIBE_OPTIONS>;

/** What a recogniser is made from. Plain data. */
export interface TranscribeOptions {
  readonly network: NetworkConfig;
  readonly reading: TranscribeReading;
  readonly batching: TranscribeBatching;
}

/** The task "transcribe": to write what is said. */
export const transcribeTask = defineTask({
  ...TRANSCRIBE,
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
  model,
}: Beginning<TaskData<Utterance>, TranscribeTrainingSettings>) {
  const hearing = hearingOf(settings);
  const { manifest } = settings;
  const all = await heard(await utterancesOf(data.train, settings, { manifest }), hearing, {
    isKept: variesRecorded(settings),
  });
  const given = data.val && (await heard(await utterancesOf(data.val, settings), hearing));
  const { test } = data;
  const parts = given
    ? { training: all, heldOut: given }
    : heldOut(all, { share: settings.valFraction, seed: settings.seed, groupOf: ({ group }) => group });
  const reading = model ? readingOfModel(model, settings) : transcribeReading(parts.training, settings);
  const reader = new TranscribeReader(reading);
  const joined = settings.convSize > 0 ? 1 : settings.stride;
  const stride = settings.convSize > 0 ? settings.stride : 1;
  const shape = { joined, stride };
  const misfitsIn = (examples: readonly TranscribeExample[]) =>
    misfitsOf(examples, reader, { ...shape, loss: settings.loss });
  const learned = parts.training.map((each) => reader.example(each));
  const { kept: training, notes } = fitting(learned, misfitsIn(learned), settings.misfits);
  const labels = training.reduce((sum, { target }) => sum + target.length, 0);
  const batching: TranscribeBatching = {
    width: reading.width,
    ...shape,
    blank: reader.blank,
    loss: settings.loss,
    meanLabels: Math.max(1, labels / training.length),
    isInfinite: settings.misfits === "infinite",
  };
  const { classes } = reader;
  const options: TranscribeOptions = {
    network: transcribeNetwork(settings, { width: reading.width * joined, classes }),
    reading,
    batching,
  };
  const validation = parts.heldOut.map((each) => reader.example(each));
  const odd = misfitsIn(validation);
  const inside = validation.filter((each) => Object.values(odd).every((some) => !some.includes(each)));
  const baselines = validation.length > 0 ? { ...transcribeBaselines(training, validation) } : undefined;
  const seconds = (examples: readonly TranscribeExample[]) =>
    examples.reduce((sum, { steps }) => sum + steps, 0) * reader.hopSeconds;
  const facts = {
    trainingUtterances: training.length,
    trainingSeconds: seconds(training),
    validationUtterances: validation.length,
    labels: classes,
    features: reading.width,
    leftOut: parts.training.length - training.length,
  };
  return {
    options,
    ...(await firstWeights(device, options.network, settings, { model, reader })),
    facts,
    notes: [...notes, ...unlearnable(odd, validation.length)],
    baselines,
    sizes: { "utterances to learn from": training.length },
    digest: () =>
      digestOfNumbers(training.flatMap(({ frames, target }) => [[target.length], target, frames])),
    ...exampleBatches(
      training,
      ({ steps }) => steps,
      settings,
      await variedUtterances(settings, training, reader, batching),
    ),
    ...(validation.length === 0
      ? {}
      : {
          async measure(model: LayeredNetwork) {
            const recogniser = recogniserOf(model, options);
            const [found] = await foundBy(recogniser, validation);
            return inside.length === 0 ? found : { ...found, lossNats: await meanLoss(recogniser, inside) };
          },
        }),
    ...(test
      ? {
          test: async (trained: Evaluated<LayeredNetwork, TranscribeOptions>) =>
            evaluate(trained, { train: test }, {}),
        }
      : {}),
    files: async (
      model: LayeredNetwork,
      training: TranscribeTrainingSettings,
      evaluation: TranscribeFound | undefined,
    ): Promise<ModelFiles> =>
      filesOfNetwork(model, {
        task: TRANSCRIBE.name,
        options,
        training: { ...training },
        evaluation,
        data: facts,
        baselines,
      }),
  };
}

/** What a network begins with: of another recogniser, and of a language model; nothing where all weights are drawn. */
async function firstWeights(
  device: Device,
  network: NetworkConfig,
  { seed, predictFrom }: TranscribeTrainingSettings,
  { model, reader }: { readonly model: ModelFiles | undefined; readonly reader: TranscribeReader },
) {
  if (!model && predictFrom === null) return {};
  const drawn = await newWeights(device, network, seed);
  const begun = model ? weightsOfModel(drawn, model) : drawn;
  return { weights: predictFrom === null ? begun : await predictionWeights(begun, predictFrom, reader) };
}

/** Examples that no recogniser of these steps and labels writes. */
interface Misfits {
  readonly silent: readonly TranscribeExample[];
  readonly outside: readonly TranscribeExample[];
  readonly long: readonly TranscribeExample[];
}

function misfitsOf(
  examples: readonly TranscribeExample[],
  reader: TranscribeReader,
  {
    loss,
    ...shape
  }: { readonly joined: number; readonly stride: number; readonly loss: "ctc" | "transducer" },
): Misfits {
  const least = ({ target }: TranscribeExample) => (loss === "ctc" ? leastSteps(target) : 1);
  const isLong = (example: TranscribeExample) => stepsOf(example.steps, shape) < Math.max(1, least(example));
  const sounding = examples.filter(({ steps }) => steps > 0);
  return {
    silent: examples.filter(({ steps }) => steps === 0),
    outside: sounding.filter((each) => reader.isOutside(each)),
    long: sounding.filter((each) => !reader.isOutside(each) && isLong(each)),
  };
}

const named = (some: readonly TranscribeExample[]) => some.map(({ file }) => file).join(", ");

/** Examples that can be learned from, and what is said of the others. */
function fitting(
  examples: readonly TranscribeExample[],
  { silent, outside, long }: Misfits,
  misfits: TranscribeTrainingSettings["misfits"],
) {
  if (misfits === "refuse" && long.length > 0)
    throw new UnrolledError("invalid-argument", {
      call: "train",
      problem: `${long.length === 1 ? "1 target is" : `${long.length} targets are`} longer than the steps of their sounds: ${named(long)}`,
    });
  const leftOut = new Set([...silent, ...outside, ...(misfits === "infinite" ? [] : long)]);
  const kept = examples.filter((each) => !leftOut.has(each));
  const said = [
    [silent, "have no frame, and are not learned from"],
    [outside, "have labels outside the alphabet, and are not learned from"],
    [
      long,
      misfits === "infinite"
        ? "are longer than the steps of their sounds, and their loss is infinite"
        : "are longer than the steps of their sounds, and are not learned from",
    ],
  ] as const;
  const notes = said.flatMap(([some, what]) =>
    some.length === 0 ? [] : [`${some.length} of ${examples.length} utterances ${what}: ${named(some)}`],
  );
  if (kept.length === 0)
    throw new UnrolledError("invalid-argument", {
      call: "train",
      problem: `none of the ${examples.length} utterances can be learned from: ${notes.join("; ")}`,
    });
  return { kept, notes };
}

/** What is said of examples that are held out and cannot be written. */
function unlearnable({ silent, outside, long }: Misfits, count: number): string[] {
  const said = [
    [silent, "have no frame"],
    [outside, "have labels that no utterance to learn from has"],
    [long, "are longer than the steps of their sounds"],
  ] as const;
  return said.flatMap(([some, what]) =>
    some.length === 0
      ? []
      : [
          `${some.length} of ${count} held-out utterances ${what}; they count in the error rates, and not in the loss: ${named(some)}`,
        ],
  );
}

function replica(device: Device, { network, batching }: TranscribeOptions) {
  const model = new LayeredNetwork(device, network);
  return {
    model,
    loss: (examples: readonly TranscribeExample[]) => transcribeLoss(model, examples, batching),
  };
}
