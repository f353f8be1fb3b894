import type { Metric } from "../../metrics/metric.ts";
import type { Module } from "../../module/module.ts";
import type { Device } from "../../tensor/device.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { FitBatch } from "./collate.ts";
import type { Example } from "./example.ts";

/** What a loss is told beside outputs and targets. */
export interface FitLossOptions {
  readonly classWeights?: readonly number[] | undefined;
  /** Steps of each example's targets, where these are numbers of unequal lengths; behind them targets are NaN. */
  readonly lengths?: readonly number[] | undefined;
  /** Whether sequences with `lengths` are [B, T, …], and not time-major. */
  readonly batchFirst?: boolean;
  readonly reduction?: "mean";
}

/** The mean loss of outputs beside targets, shape [1], such as `crossEntropy` and `meanSquare`. */
export type FitLoss = (outputs: Tensor, targets: Tensor, options?: FitLossOptions) => Tensor;

/** A metric over outputs and targets, or over what is made of them, and how. */
export type FitMetric<Learned extends Example, Output> =
  | Metric
  | {
      // biome-ignore lint/suspicious/noExplicitAny: what is given to the metric is what `of` makes
      readonly metric: Metric<any, any>;
      readonly of: (
        outputs: Output,
        batch: FitBatch<Learned>,
      ) => readonly [outputs: unknown, targets: unknown];
    };

/** A step over a batch: its mean loss, shape [1], and what metrics are given. */
export interface FitStep<Output> {
  readonly loss: Tensor;
  readonly outputs?: Output;
}

/** How a model learns from examples. */
export interface FitDefinition<Model extends Module, Learned extends Example, Output> {
  /** Reads a batch; `model.forward(inputs, { lengths })` if not given, or what a network puts out. */
  readonly forward?: ((model: Model, batch: FitBatch<Learned>) => Output) | undefined;
  /** Of what `forward` gives beside the targets. */
  readonly loss?: FitLoss | undefined;
  /** Reads a batch and says what it costs, instead of `forward` and `loss`. */
  readonly step?: ((model: Model, batch: FitBatch<Learned>) => Tensor | FitStep<Output>) | undefined;
  /** What is measured on the validation part, by name. */
  readonly metrics?: Readonly<Record<string, FitMetric<Learned, Output>>> | undefined;
  /** The figure by which the best model is known; the first metric if not given, or else the loss. */
  readonly judge?: string | undefined;
  /** Whether sequences are [T, B, …] instead of [B, T, …]; false if not given. */
  readonly timeMajor?: boolean | undefined;
}

/** A definition that a module exports, so that other threads make the model too. */
export interface FitModule<Model extends Module, Learned extends Example, Output, Options>
  extends FitDefinition<Model, Learned, Output> {
  /** Lower case, with hyphens: a checkpoint of another is refused by it. */
  readonly name: string;
  /** Makes the model on a thread's device; `options` are plain data. */
  model(device: Device, options: Options): Model;
}
