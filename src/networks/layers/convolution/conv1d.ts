import { Conv1d } from "../../../layers/convolution.ts";
import { flag, oneOf, size } from "../../../options/field-checks.ts";
import { viewOf } from "../../../tensor/operations/output.ts";
import { packed } from "../../../tensor/operations/products.ts";
import { swapLastAxes } from "../../../tensor/operations/shapes.ts";
import { freshValue, type LayerKind, type LayerStep, type StepRoom } from "../../layer-kind.ts";
import { requireOneLength } from "../../mask.ts";
import type { StepValue } from "../../step-value.ts";
import { axesText, differ, mismatch, windowed } from "../../value-shape.ts";

/** A convolution over the steps of [B, T, C]. */
export interface Conv1dLayerConfig {
  readonly kind: "conv1d";
  readonly inputSize: number;
  readonly outputSize: number;
  readonly kernelSize: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: "valid" | "same" | "causal";
  readonly bias: boolean;
}

export const conv1d: LayerKind<Conv1dLayerConfig, Conv1d> = {
  fields: {
    needed: {
      inputSize: size,
      outputSize: size,
      kernelSize: size,
      stride: size,
      dilation: size,
      padding: oneOf("valid", "same", "causal"),
      bias: flag,
    },
  },

  shape(config, [{ axes }], name) {
    if (axes.length !== 3 || differ(axes[2], config.inputSize))
      return mismatch(axes, `[B, T, ${config.inputSize}]`);
    return windowed(name, (config.kernelSize - 1) * config.dilation, config, axes, config.outputSize);
  },

  parameters: ({ inputSize, outputSize, kernelSize, bias }) => [
    ["weight", [outputSize, inputSize, kernelSize]],
    ...(bias ? [["bias", [outputSize]] as const] : []),
  ],

  build: (device, config, { generator }) => new Conv1d(device, { ...config, generator }),

  /**
   * [B, T, C] as channels over time and back. Sequences that end elsewhere afterwards are not known to end anywhere, unless what they read
   * depends on nothing behind a step: of so many steps a causal convolution makes one in every `stride`, beginning with the first.
   */
  apply({ name, config: { kind, padding, stride }, module, values: [value] }) {
    const tensor = swapLastAxes(module.forward(swapLastAxes(value.tensor)));
    if (padding !== "valid" && stride === 1) return { value: { ...value, tensor } };
    if (padding !== "causal" || value.mask) requireOneLength(name, kind, value);
    return { value: { tensor, lengths: value.lengths?.map((length) => Math.ceil(length / stride)) } };
  },

  streamProblem({ stride, padding, kernelSize }, [{ axes }]) {
    if (stride !== 1) return `makes one step of every ${stride}`;
    if (padding !== "causal" && kernelSize > 1)
      return `has padding "${padding}", needed "causal", which sees no later step`;
    return axes[0] === "B" && axes[1] === "T"
      ? undefined
      : `reads ${axesText(axes)}, needed [B, T, …] with free lengths`;
  },

  step: (room, { config, module, read: [x], width }) =>
    causalStep(room, config, module, x, freshValue(room, width)),
};

/**
 * A causal convolution one step at a time, y = bias + Σ over channels c and kernel places k of weight[o, c, k]·x[t − (K − 1 − k)·dilation]:
 * it keeps the (K − 1)·dilation steps before, which are zeros at first, as causal padding has them.
 */
function causalStep(
  room: StepRoom,
  { kernelSize, dilation }: Conv1dLayerConfig,
  { weight, bias }: Conv1d,
  x: StepValue,
  value: StepValue,
): LayerStep {
  const { device, batch } = room;
  const { heap, kernels } = device;
  const [outputs, channels] = weight.shape;
  const patch = channels * kernelSize;
  const kept = (kernelSize - 1) * dilation * channels;
  const patches = room.take(batch * patch);
  const owner = `causal convolution ${channels} x ${kernelSize}, dilation ${dilation}`;
  const past = kept > 0 ? room.rows(kept, owner) : 0;

  const run = (rows: number) => {
    const numbers = heap.floats();
    for (let b = 0; b < rows; b++) {
      const [before, now, to] = [past + b * kept, x.at + b * channels, patches + b * patch];
      for (let k = 0; k < kernelSize; k++) {
        const from = k === kernelSize - 1 ? now : before + k * dilation * channels;
        for (let c = 0; c < channels; c++) numbers[to + c * kernelSize + k] = numbers[from + c];
      }
      if (kept === 0) continue;
      // The oldest step gives way to this one.
      numbers.copyWithin(before, before + channels, before + kept);
      numbers.copyWithin(before + kept - channels, now, now + channels);
    }
    const matrix = packed(viewOf(weight, [outputs, patch]), "transposed");
    const added = bias?.offset ?? 0;
    kernels.gemm({ a: patches, packed: matrix, bias: added, c: value.at, m: rows, n: outputs, k: patch });
  };
  return { value, run };
}
