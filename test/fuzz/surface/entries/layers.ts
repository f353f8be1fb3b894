import { type Entry, entry } from "../entry.ts";
import * as u from "../public-names.ts";
import type { World } from "../world.ts";

const YES_NO = [true, false];
const PROBABILITY = [0, 0.3, 0.9, 1, -1];

/** A layer on its way over an operand, in training or not, and what it makes; its gradients where there are any. */
function applied(
  layer: u.Module & { forward(...xs: u.Tensor[]): u.Tensor },
  training: boolean,
  ...xs: u.Tensor[]
): unknown {
  if (training) layer.train();
  else layer.eval();
  const y = layer.forward(...xs);
  if (y.requiresGrad) u.sum(u.tanh(y)).backward();
  return [layer, y, layer.parameters().map(({ grad }) => grad)];
}

/** Options of a convolution over `axes` axes, some of them left out. */
function sliding(w: World, axes: number): Record<string, unknown> {
  const inputSize = w.length(2);
  const outputSize = w.length(2);
  const number = (most: number, least = 1) =>
    axes === 2 && w.chance(0.3) ? [w.length(most, least), w.length(most, least)] : w.length(most, least);
  return {
    inputSize,
    outputSize,
    kernelSize: number(3),
    ...w.option("stride", [1, 2, 3]),
    ...w.option("padding", [0, 1, "same", "causal", "valid"]),
    ...w.option("dilation", [1, 2]),
    ...w.option("groups", [1, 2], 0.1),
    ...w.option("bias", YES_NO),
  };
}

const image = (w: World, axes: number, channels: unknown) => {
  const count =
    Number.isInteger(channels) && (channels as number) > 0 && (channels as number) < 9
      ? (channels as number)
      : 1;
  return [w.whole(2), count, ...Array.from({ length: axes }, () => w.whole(5, 2))];
};

const convolution = (name: "Conv1d" | "Conv2d" | "ConvTranspose1d" | "ConvTranspose2d"): Entry => {
  const axes = name.endsWith("1d") ? 1 : 2;
  const extra = (w: World) =>
    name.startsWith("ConvT")
      ? w.option("outputPadding", [0, 1])
      : w.option("paddingMode", ["zero", "reflect", "edge"]);
  return entry(
    name,
    (w) => {
      const options = { ...sliding(w, axes), ...extra(w) };
      return [w.device, options, w.floats(image(w, axes, options.inputSize)), w.chance(0.5)];
    },
    (device, options, x, training) => applied(new u[name](device, options), training, x),
  );
};

const pooling = (name: "MaxPool1d" | "MaxPool2d" | "AvgPool1d" | "AvgPool2d"): Entry => {
  const axes = name.endsWith("1d") ? 1 : 2;
  return entry(
    name,
    (w) => {
      const options = {
        ...w.option("stride", [1, 2, 3]),
        ...w.option("padding", [0, 1]),
        ...w.option("roundUp", YES_NO),
        ...(name.startsWith("Max") ? w.option("dilation", [1, 2]) : w.option("countPadding", YES_NO)),
      };
      return [w.length(3), options, w.floats(image(w, axes, 2))];
    },
    (kernel, options, x) => applied(new u[name](kernel, options), true, x),
  );
};

export const layers: readonly Entry[] = [
  entry(
    "Embedding",
    (w) => [w.device, { vocabularySize: w.length(5, 5), embeddingSize: w.length() }, w.ids(w.shape(), 5)],
    (device, options, ids) => applied(new u.Embedding(device, options), true, ids),
  ),
  entry(
    "Linear",
    (w) => {
      const inputSize = w.length();
      const shared = w.chance(0.1) ? { weight: new u.Parameter(w.pick([w.device, w.other]), [3, 2]) } : {};
      const options = { inputSize, outputSize: w.length(), ...shared, ...w.option("bias", YES_NO) };
      return [
        w.device,
        options,
        w.floats([2, Number.isInteger(inputSize) && inputSize > 0 && inputSize < 9 ? inputSize : 1]),
      ];
    },
    (device, options, x) => applied(new u.Linear(device, options), true, x),
  ),
  entry(
    "LayerNorm",
    (w) => {
      const x = w.shape();
      const last = x[x.length - 1];
      return [w.device, w.hostile(last, [0, 0.5, 2 ** 33]), w.option("epsilon", [1e-5, 1e-3]), w.floats(x)];
    },
    (device, size, options, x) => applied(new u.LayerNorm(device, size, options), true, x),
  ),
  entry(
    "Dropout",
    (w) => [w.hostile(w.pick(PROBABILITY), [2 ** 32]), w.option("locked", YES_NO), w.floats(w.shape())],
    (probability, options, x) => applied(new u.Dropout(probability, options), true, x),
  ),
  entry(
    "EmbeddingDropout",
    (w) => {
      const ids = w.shape(2);
      return [w.length(5, 5), w.pick(PROBABILITY), w.floats([...ids, 3]), w.ids(ids, 5)];
    },
    (size, probability, xs, ids) => applied(new u.EmbeddingDropout(size, probability), true, xs, ids),
  ),
  ...(["BatchNorm1d", "BatchNorm2d"] as const).map((name) =>
    entry(
      name,
      (w) => {
        const x = [3, w.whole(2), ...w.shape(name === "BatchNorm2d" ? 2 : w.whole(1, 0))];
        const options = { ...w.option("epsilon", [1e-5, 1e-3]), ...w.option("momentum", [0.1, 0.5]) };
        return [w.device, w.hostile(x[1], [0, 0.5, 2 ** 33]), options, w.fresh(x), w.chance(0.5)];
      },
      (device, channels, options, x, training) =>
        applied(new u[name](device, channels, options), training, x),
    ),
  ),
  ...(["Conv1d", "Conv2d", "ConvTranspose1d", "ConvTranspose2d"] as const).map(convolution),
  ...(["MaxPool1d", "MaxPool2d", "AvgPool1d", "AvgPool2d"] as const).map(pooling),
  entry(
    "GlobalPool",
    (w) => [w.pick(["max", "average"]), w.floats(image(w, w.whole(2), 2))],
    (kind, x) => new u.GlobalPool(kind).forward(x),
  ),
  entry(
    "TimeDistributed",
    (w) => [w.device, w.option("steps", ["together", "separately"]), w.floats([...w.shape(2), 3])],
    (device, options, xs) =>
      applied(
        new u.TimeDistributed(new u.Linear(device, { inputSize: 3, outputSize: 2 }), options),
        true,
        xs,
      ),
  ),
  entry(
    "ConvLSTM2d",
    (w) => {
      const [steps, batch, channels, height, width] = [w.whole(2), w.whole(2), w.whole(2), 3, 2];
      const options = {
        inputSize: w.hostile(channels, [0, 0.5, 2 ** 33]),
        hiddenSize: w.length(2),
        kernelSize: w.length(3),
        ...w.option("stride", [1, 2]),
        ...w.option("padding", ["same", "valid"]),
        ...w.option("peepholes", ["none", "channel", [3, 2]]),
        ...w.option("bias", YES_NO),
        ...w.option("direction", ["forward", "reverse"]),
      };
      const call = w.chance(0.5) ? { lengths: w.lengths(batch, steps) } : {};
      return [w.device, options, w.floats([steps, batch, channels, height, width]), call];
    },
    (device, options, xs, call) => new u.ConvLSTM2d(device, options).forward(xs, call),
  ),
  entry(
    "narrowWeights",
    (w) => {
      const patterns = w.chance(0.3) ? [w.hostile(["weight"], [["none"], []])] : [];
      return [w.device, w.hostile(w.pick(["float16", "int8"]), ["float8"]), patterns, w.floats([2, 3])];
    },
    (device, precision, patterns, x) => {
      const linear = u.narrowWeights(
        new u.Linear(device, { inputSize: 3, outputSize: 2 }),
        precision,
        ...patterns,
      );
      return [linear, linear.forward(x)];
    },
  ),
  entry(
    "Module.loadStateDict",
    (w) => {
      const weight = {
        shape: w.hostile([2, 3], [[3, 2], [6], [-2, -3]]),
        data: new Float32Array(w.hostile(6, [0, 5])),
      };
      return [
        w.device,
        w.hostile({ weight, bias: { shape: [2], data: new Float32Array(2) } }, [{}, { weight }]),
      ];
    },
    (device, state) => {
      const linear = new u.Linear(device, { inputSize: 3, outputSize: 2 });
      linear.loadStateDict(state);
      return linear.stateDict();
    },
  ),
  entry(
    "Module.freeze",
    (w) => [w.device, w.hostile(w.pick([["weight"], ["*"], []]), [["none"]])],
    (device, patterns) =>
      new u.Linear(device, { inputSize: 2, outputSize: 2 }).freeze(patterns).trainableParameters(),
  ),
];
