import { UnrolledError } from "../../errors.ts";
import type { Metric } from "../../metrics/metric.ts";
import type { Module } from "../../module/module.ts";
import type { Device } from "../../tensor/device.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { sortedBatches } from "./bucketed.ts";
import { type CollateOptions, collated, type FitBatch } from "./collate.ts";
import type { FitDefinition, FitMetric } from "./definition.ts";
import { type Example, lengthOf } from "./example.ts";
import { readBatch } from "./read-batch.ts";

type AnyDefinition = FitDefinition<Module, Example, unknown>;

/** How examples are measured on. */
export interface MeasureOptions extends CollateOptions {
  readonly batchSize: number;
  readonly classWeights?: readonly number[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Between two looks at what else there is to do. */
const PAUSE_EVERY_MS = 20;

/** The mean loss and every metric of a model on examples, in batches, without gradients; dropout is the caller's. */
export async function measured(
  definition: AnyDefinition,
  device: Device,
  model: Module,
  examples: readonly Example[],
  options: MeasureOptions,
): Promise<{ readonly loss: number } & Readonly<Record<string, number>>> {
  const metrics = Object.entries(definition.metrics ?? {});
  for (const [, each] of metrics) metricOf(each).reset();
  const batches = sortedBatches(Float64Array.from(examples, lengthOf), options.batchSize);
  let total = 0;
  let pausedAt = performance.now();
  for (const places of batches) {
    const rows = Array.from(places, (place) => examples[place]);
    device.withoutGradients(() =>
      device.scope(() => {
        const batch = collated(device, rows, options);
        const { loss, outputs } = readBatch(definition, model, batch, options.classWeights);
        total += loss.read()[0] * rows.length;
        for (const [name, each] of metrics) add(name, each, outputs, batch);
      }),
    );
    if (performance.now() - pausedAt < PAUSE_EVERY_MS) continue;
    await new Promise((resume) => setTimeout(resume, 0));
    if (options.signal?.aborted)
      throw new UnrolledError("aborted", { call: "measure", problem: "aborted by its signal" });
    pausedAt = performance.now();
  }
  return {
    loss: total / examples.length,
    ...Object.fromEntries(metrics.map(([name, each]) => [name, metricOf(each).value])),
  };
}

/** The metric itself. */
export function metricOf(each: FitMetric<Example, unknown>): Metric<never, never> {
  return ("metric" in each ? each.metric : each) as Metric<never, never>;
}

function add(name: string, each: FitMetric<Example, unknown>, outputs: unknown, batch: FitBatch): void {
  if ("metric" in each) {
    each.metric.add(...each.of(outputs, batch));
    return;
  }
  const { targets } = batch;
  if (!(outputs instanceof Tensor && targets instanceof Tensor)) {
    throw new UnrolledError("invalid-argument", {
      call: "fit",
      problem: `metric ${name} reads one tensor beside another, but there are several outputs or targets, or none; give { metric, of }, of(outputs, batch) saying what it reads`,
    });
  }
  each.add(outputs, targets);
}
