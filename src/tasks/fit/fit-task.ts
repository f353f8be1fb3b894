// Learning from examples as a task, so that threads, checkpoints, schedules and stopping are those of every training.
import { digestOfNumbers } from "../../data/digest.ts";
import { UnrolledError } from "../../errors.ts";
import type { Module } from "../../module/module.ts";
import { DescribedNetwork } from "../../networks/described-network.ts";
import { SequentialModule } from "../../networks/sequential.ts";
import { splitRows } from "../../parallel/split.ts";
import type { Device } from "../../tensor/device.ts";
import { exampleBatches } from "../examples/example-batches.ts";
import type { Task } from "../task.ts";
import { type CollateOptions, collated } from "./collate.ts";
import type { FitDefinition } from "./definition.ts";
import { type Example, kindsOf, lengthOf, type NumberKind, partsOf, shaped } from "./example.ts";
import { measured, metricOf } from "./measured.ts";
import { readBatch } from "./read-batch.ts";
import { requireExamples } from "./require-examples.ts";

/** What `fit` gives the task: plain data. */
export interface FitData {
  readonly examples: readonly Example[];
  /** What is held out: examples, or the share of the last ones. */
  readonly validation: readonly Example[] | number | undefined;
  readonly kinds:
    | Partial<Record<"inputs" | "targets", NumberKind | Readonly<Record<string, NumberKind>>>>
    | undefined;
  readonly classWeights: "balanced" | readonly number[] | undefined;
  /** In how many goes a batch is read; 1 if not given. */
  readonly accumulate: number | undefined;
  /** Steps between two evaluations; an epoch if not given. */
  readonly evalEvery: number | undefined;
  /** What the model is made from, where a module makes it. */
  readonly options: unknown;
}

/** What each thread makes its replica from. */
interface ReplicaOptions extends CollateOptions {
  readonly accumulate: number;
  readonly classWeights: readonly number[] | undefined;
  readonly options: unknown;
}

type AnyDefinition = FitDefinition<Module, Example, unknown>;
type Made = { readonly name: string; model(device: Device, options: unknown): Module };

/** The task of a definition, and of what makes its model. */
export function fitTask(definition: AnyDefinition, made: Made): Task {
  const task: Task<Record<never, never>, FitData, ReplicaOptions, readonly Example[], Module, object> = {
    name: made.name,
    options: {},
    loss: "loss",
    units: "examples",
    judge: judgeOf(definition),

    async prepare({ data, settings, device }) {
      const { batchSize, seed } = settings;
      const { learned, heldOut } = parted(data);
      const kinds = {
        inputs: kindsSaid(kindsOf("fit", learned, "inputs"), data.kinds?.inputs),
        targets: kindsSaid(kindsOf("fit", learned, "targets"), data.kinds?.targets),
      };
      const options: ReplicaOptions = {
        kinds,
        timeMajor: definition.timeMajor ?? false,
        options: data.options,
        classWeights: weightsOf(data.classWeights, learned),
        accumulate: data.accumulate ?? 1,
      };
      const batches = exampleBatches(learned, lengthOf, { batchSize, seed });
      return {
        settings: { ...settings, evalEvery: data.evalEvery ?? batches.batchesPerEpoch },
        options,
        facts: {
          trainingExamples: learned.length,
          validationExamples: heldOut.length,
          judge: judgeOf(definition),
        },
        notes: notesOf(definition, heldOut),
        sizes: { "examples to learn from": learned.length },
        digest: () => digestOfExamples(learned),
        ...batches,
        ...(heldOut.length === 0
          ? {}
          : {
              measure: (model: Module) =>
                measured(definition, device, model, heldOut, { ...options, batchSize }),
            }),
      };
    },

    replica(device, options) {
      const model = made.model(device, options.options);
      return {
        model,
        ...(options.accumulate > 1 ? { cut: (examples) => cut(examples, options.accumulate) } : {}),
        loss: (examples) =>
          readBatch(
            definition,
            model,
            collated(device, examples, kindsFor(model, options)),
            options.classWeights,
          ).loss,
      };
    },
  };
  return task as unknown as Task;
}

/** Metrics are for what is held out. */
function notesOf({ metrics = {} }: AnyDefinition, heldOut: readonly Example[]): readonly string[] {
  const names = Object.keys(metrics);
  if (names.length === 0 || heldOut.length > 0) return [];
  return [
    `nothing is held out, so ${names.join(", ")} will not be measured; validation says what to hold out`,
  ];
}

/** Examples in so many runs of about equal length. */
export function cut(examples: readonly Example[], count: number) {
  let first = 0;
  return splitRows(examples.length, count).flatMap((rows) => {
    first += rows;
    return rows === 0 ? [] : [{ rows, share: examples.slice(first - rows, first) }];
  });
}

/** A network says itself what its inputs are. */
export function kindsFor<Options extends CollateOptions>(model: Module, options: Options): Options {
  const network = model instanceof SequentialModule ? model.network : model;
  if (!(network instanceof DescribedNetwork)) return options;
  const { inputs } = network.config;
  const own = Object.keys(options.kinds.inputs).map((name): [string, NumberKind] => [
    name,
    inputs.find((input) => input.name === (name === "" ? inputs[0].name : name))?.kind ?? "float",
  ]);
  return { ...options, kinds: { ...options.kinds, inputs: Object.fromEntries(own) } };
}

function judgeOf({ judge, metrics = {} }: AnyDefinition): Task["judge"] {
  const measure = judge ?? Object.keys(metrics)[0] ?? "loss";
  if (measure === "loss") return { measure, better: "less" };
  if (Object.hasOwn(metrics, measure)) return { measure, better: metricOf(metrics[measure]).better };
  throw new UnrolledError("invalid-argument", {
    call: "fit",
    subject: "judge",
    got: JSON.stringify(measure),
    needed: `"loss" or a metric: ${Object.keys(metrics).join(", ") || "there are none"}`,
  });
}

/** The examples that are learned from, and those that are held out. */
function parted({ examples, validation = [] }: FitData) {
  requireExamples("fit", "data", examples);
  if (typeof validation !== "number") {
    if (validation.length > 0) requireExamples("fit", "validation", validation);
    return { learned: examples, heldOut: validation };
  }
  if (!(validation >= 0 && validation < 1)) {
    throw new UnrolledError("invalid-argument", {
      call: "fit",
      subject: "validation",
      got: `${validation}`,
      needed: "examples, or a share of at least 0 and below 1",
    });
  }
  const cut = examples.length - Math.floor(validation * examples.length);
  return { learned: examples.slice(0, cut), heldOut: examples.slice(cut) };
}

/** The kinds that were found, but for those that were said. */
export function kindsSaid(
  found: Readonly<Record<string, NumberKind>>,
  said: NumberKind | Readonly<Record<string, NumberKind>> | undefined,
): Record<string, NumberKind> {
  if (typeof said === "string") return Object.fromEntries(Object.keys(found).map((name) => [name, said]));
  return { ...found, ...said };
}

/** One weight for each class; balanced ones make all classes count the same, N / (V·n). */
export function weightsOf(
  said: FitData["classWeights"],
  examples: readonly Example[],
): readonly number[] | undefined {
  if (said !== "balanced") return said;
  const counts: number[] = [];
  for (const { targets } of examples)
    for (const [, numbers] of partsOf(targets ?? [])) {
      const { data } = shaped("fit", numbers, "targets");
      for (let at = 0; at < data.length; at++)
        if (data[at] >= 0) counts[data[at]] = (counts[data[at]] ?? 0) + 1;
    }
  const all = Array.from(counts, (count) => count ?? 0);
  const total = all.reduce((sum, count) => sum + count, 0);
  const there = all.filter((count) => count > 0).length;
  return all.map((count) => (count > 0 ? total / (there * count) : 0));
}

/** Of all numbers, and where one stops and the next begins. */
function digestOfExamples(examples: readonly Example[]): Promise<string> {
  return digestOfNumbers(
    examples.flatMap(({ inputs, targets }) =>
      [inputs, targets].flatMap((part) =>
        (part === undefined ? [] : partsOf(part)).flatMap(([, each]) => {
          const { shape, data } = shaped("fit", each, "data");
          return [[shape.length], shape, data];
        }),
      ),
    ),
  );
}
