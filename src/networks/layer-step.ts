// One step of a layer for B sequences, in room that is taken once: a function that reads where the layers before it wrote.
import { UnrolledError } from "../errors.ts";
import type { Conv1d } from "../layers/convolution.ts";
import type { Embedding } from "../layers/embedding.ts";
import type { LayerNorm } from "../layers/layer-norm.ts";
import type { Linear } from "../layers/linear.ts";
import { RecurrentStream } from "../layers/recurrent-stream.ts";
import type { Module } from "../module/module.ts";
import type { Recurrent } from "../recurrent/recurrent.ts";
import type { SessionState } from "../recurrent/stream/session-state.ts";
import type { Device } from "../tensor/device.ts";
import { packed } from "../tensor/operations/products.ts";
import { sizeOf } from "../tensor/tensor.ts";
import { activationStep } from "./activation-step.ts";
import { causalConvolutionStep } from "./causal-convolution-step.ts";
import type { LayerConfig, NetworkLayer } from "./config.ts";
import { mergeStep } from "./merge-step.ts";
import { isRecurrent } from "./recurrent-axes.ts";
import type { StepValue } from "./step-value.ts";
import type { ValueShape } from "./value-shape.ts";

/** What steps are built in. */
export interface StepRoom {
  readonly device: Device;
  /** B. */
  readonly batch: number;
  /** Takes room for so many elements, for as long as the session lives. */
  take(elements: number): number;
  /** What is carried from step to step, in the order of the layers. */
  readonly states: CarriedState[];
}

/** What a layer carries from step to step. */
export interface CarriedState {
  reset(): void;
  state(): SessionState;
  restore(state: SessionState): void;
}

/** One layer as a step. */
export interface LayerStep {
  readonly value: StepValue;
  /** Works it out from what the layers before it have written; none where it is another layer's value. */
  readonly run: (() => void) | undefined;
}

/** A layer, what it is run by, and the values that it reads, with their shapes. */
export interface SteppedLayer {
  readonly layer: NetworkLayer;
  readonly module: Module | undefined;
  readonly read: readonly StepValue[];
  readonly shapes: readonly ValueShape[];
  /** Entries that its output has for each sequence. */
  readonly width: number;
}

/** Builds the step of one layer. */
export function layerStep(room: StepRoom, stepped: SteppedLayer): LayerStep {
  const { layer, module, read, shapes, width } = stepped;
  const { config } = layer;
  const [x] = read;
  const fresh = (): StepValue => ({ at: room.take(room.batch * width), width, kind: "float" });
  if (isRecurrent(config)) return recurrentStep(room, module as Recurrent, x, width);
  switch (config.kind) {
    case "embedding":
      return embeddingStep(room, layer.name, config, module as Embedding, x, fresh());
    case "linear":
      return linearStep(room, module as Linear, x, fresh());
    case "layer-norm":
      return layerNormStep(room, module as LayerNorm, x, fresh());
    case "activation":
      return activationStep(room, config, rowWidth(shapes[0], x), x, fresh());
    case "add":
    case "multiply":
    case "average":
    case "concat":
      return mergeStep(room, config, read, shapes, fresh());
    case "masking":
      return { value: x, run: () => refuseMasked(room, layer.name, x, config.value) };
    case "conv1d":
      return causalConvolutionStep(room, config, module as Conv1d, x, fresh());
    // What a session refuses where it would be more than this.
    case "dropout":
    case "flatten":
    case "reshape":
    case "reverse-steps":
    case "pool1d":
    case "global-pool1d":
    case "final-state":
      return { value: x, run: undefined };
  }
}

/** Length of the last axis of a value. */
function rowWidth({ axes }: ValueShape, { width }: StepValue): number {
  const last = axes[axes.length - 1];
  return typeof last === "number" ? last : width;
}

function recurrentStep(room: StepRoom, module: Recurrent, x: StepValue, width: number): LayerStep {
  const stream = new RecurrentStream("NetworkSession", module, room.batch);
  room.states.push(stream);
  const value: StepValue = { at: 0, width, kind: "float" };
  return {
    value,
    run: () => {
      value.at = stream.advance(x.at);
    },
  };
}

function embeddingStep(
  { device, batch }: StepRoom,
  name: string,
  config: Extract<LayerConfig, { readonly kind: "embedding" }>,
  { weight }: Embedding,
  ids: StepValue,
  value: StepValue,
): LayerStep {
  const count = batch * ids.width;
  const [rows, width] = weight.shape;
  const least = config.maskZero ? 1 : 0;
  return {
    value,
    run: () => {
      const numbers = device.heap.ints();
      for (let index = 0; index < count; index++) {
        const id = numbers[ids.at + index];
        if (id >= least && id < rows) continue;
        const padding = least === 1 && id === 0 ? "; 0 is padding, which a stream does not have" : "";
        throw new UnrolledError(
          "invalid-argument",
          `step: layer ${name} reads id ${id}, needed ${least} to ${rows - 1}${padding}`,
        );
      }
      // A weight in fewer bits is read from its packed copy.
      if (weight.storage.narrow)
        device.kernels.gatherPacked(packed(weight, "transposed"), ids.at, value.at, count, width, rows);
      else device.kernels.gatherRows(weight.offset, ids.at, value.at, count, width, rows);
    },
  };
}

function linearStep(
  { device, batch }: StepRoom,
  { weight, bias }: Linear,
  x: StepValue,
  value: StepValue,
): LayerStep {
  const [n, k] = weight.shape;
  const rows = (batch * x.width) / k;
  return {
    value,
    run: () => {
      const matrix = packed(weight, "transposed");
      device.kernels.gemm(x.at, k, 1, matrix, bias?.offset ?? 0, value.at, n, rows, n, k, 0);
    },
  };
}

function layerNormStep(room: StepRoom, norm: LayerNorm, x: StepValue, value: StepValue): LayerStep {
  const { device, batch } = room;
  const n = sizeOf(norm.weight.shape);
  const rows = (batch * x.width) / n;
  const statistics = room.take(2 * rows);
  return {
    value,
    run: () => {
      const { weight, bias, epsilon } = norm;
      device.kernels.layerNorm(x.at, weight.offset, bias.offset, value.at, statistics, epsilon, rows, n);
    },
  };
}

/** A stream has no padding, so a step that would be masked is a mistake. */
function refuseMasked({ device, batch }: StepRoom, name: string, x: StepValue, padding: number): void {
  const numbers = device.heap.floats();
  for (let row = 0; row < batch; row++) {
    let entry = 0;
    while (entry < x.width && numbers[x.at + row * x.width + entry] === padding) entry += 1;
    if (entry < x.width) continue;
    throw new UnrolledError(
      "invalid-argument",
      `step: layer ${name} masks the step of sequence ${row}, all of whose entries are ${padding}; a stream has no padding`,
    );
  }
}
