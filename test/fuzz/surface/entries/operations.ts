import { type Entry, entry } from "../entry.ts";
import * as u from "../public-names.ts";
import type { World } from "../world.ts";

const AXES = [1, 2] as const;

/** Shapes that an operation can broadcast against each other. */
export function broadcast(w: World): [number[], number[]] {
  const shape = w.shape(w.whole(4));
  const reduced = shape.slice(w.random.integer(shape.length)).map((length) => (w.chance(0.3) ? 1 : length));
  return w.chance(0.5) ? [shape, reduced] : [reduced, shape];
}

const pair = (name: "add" | "subtract" | "multiply" | "maximum" | "minimum"): Entry =>
  entry(
    name,
    (w) => {
      const [a, b] = broadcast(w);
      return [w.floats(a), w.chance(0.2) ? w.number() : w.floats(b)];
    },
    u[name],
  );

const single = (
  name: "abs" | "exp" | "negate" | "relu" | "sigmoid" | "square" | "tanh",
  rank?: number,
): Entry => entry(name, (w) => [w.floats(w.shape(rank))], u[name]);

/** Where a small difference of the operand can be a large one of the result, it is drawn and not worked out. */
const steep = (name: "log" | "reciprocal" | "sqrt"): Entry =>
  entry(name, (w) => [w.fresh(w.shape())], u[name]);

/** How a window slides over the axes of an image. */
function sliding(w: World, axes: number): Record<string, unknown> {
  const each = (most: number, least: number) => Array.from({ length: axes }, () => w.length(most, least));
  return {
    ...(w.chance(0.4) ? { strides: each(3, 1) } : {}),
    ...(w.chance(0.4) ? { pads: [...each(1, 0), ...each(1, 0)] } : {}),
    ...(w.chance(0.3) ? { dilations: each(2, 1) } : {}),
  };
}

const image = (w: World, axes: number, channels = w.whole(3)) => [w.whole(2), channels, ...w.shape(axes)];

const pool = (name: "maxPool" | "averagePool"): Entry =>
  entry(
    name,
    (w) => {
      const axes = w.pick(AXES);
      const kernel = Array.from({ length: axes }, () => w.length(2));
      const options = {
        ...sliding(w, axes),
        ...w.option("roundUp", [true, false]),
        ...w.option("countPads", [true, false]),
      };
      return [w.floats(image(w, axes)), kernel, options];
    },
    u[name],
  );

const convolve = (name: "convolution" | "convolutionTranspose"): Entry =>
  entry(
    name,
    (w) => {
      const axes = w.pick(AXES);
      const [inputs, outputs, groups] = w.pick([
        [2, 3, 1],
        [2, 4, 2],
        [1, 1, 1],
      ]);
      const kernel = w.shape(axes).map((length) => Math.min(length, 2));
      const weight = name === "convolution" ? [outputs, inputs / groups] : [inputs, outputs / groups];
      const options = {
        ...sliding(w, axes),
        ...(groups > 1 || w.chance(0.2) ? { groups: w.hostile(groups, [0, 3, 0.5, 2 ** 32]) } : {}),
      };
      const bias = w.chance(0.5) ? w.floats([outputs]) : undefined;
      return [w.floats(image(w, axes, inputs)), w.floats([...weight, ...kernel]), bias, options];
    },
    u[name],
  );

export const operations: readonly Entry[] = [
  pair("add"),
  pair("subtract"),
  pair("multiply"),
  pair("maximum"),
  pair("minimum"),
  entry(
    "divide",
    (w) => {
      const [a, b] = broadcast(w);
      return [w.floats(a), w.fresh(b)];
    },
    u.divide,
  ),
  entry("scaled", (w) => [w.floats(w.shape()), w.number()], u.scaled),
  ...(["abs", "exp", "negate", "relu", "sigmoid", "square", "tanh"] as const).map((name) => single(name)),
  ...(["log", "reciprocal", "sqrt"] as const).map(steep),
  entry("argmax", (w) => [w.chance(0.9) ? w.fresh(w.shape()) : w.ids(w.shape(), 9)], u.argmax),
  entry(
    "linear",
    (w) => {
      const [k, n] = w.shape(2);
      const x = [...w.shape(w.whole(2, 0)), k];
      return [w.floats(x), w.floats([n, k]), w.chance(0.5) ? w.floats([n]) : undefined];
    },
    u.linear,
  ),
  entry(
    "matmul",
    (w) => {
      const [m, k, n] = w.shape(3);
      const lead = w.shape(w.whole(1, 0));
      return [w.floats([...lead, m, k]), w.floats(w.chance(0.5) ? [k, n] : [...lead, k, n])];
    },
    u.matmul,
  ),
  entry("gatherRows", (w) => [w.floats([5, w.whole(3)]), w.ids(w.shape(), 5)], u.gatherRows),
  entry(
    "columns",
    (w) => {
      const shape = w.shape();
      const end = w.whole(shape[shape.length - 1]);
      return [
        w.floats(shape),
        w.hostile(w.random.integer(end), [-1, 0.5, 9]),
        w.hostile(end, [0.5, 9, 2 ** 33]),
      ];
    },
    u.columns,
  ),
  entry(
    "narrow",
    (w) => {
      const shape = w.shape();
      const start = w.random.integer(shape[0]);
      return [
        w.floats(shape),
        w.hostile(start, [0.5, -9, 2 ** 33]),
        ...(w.chance(0.5) ? [w.hostile(start + 1, [0.5, 9, 0])] : []),
      ];
    },
    u.narrow,
  ),
  entry(
    "select",
    (w) => {
      const shape = w.shape();
      return [w.floats(shape), w.hostile(w.whole(shape[0] - 1, -shape[0]), [0.5, 2 ** 32, Number.NaN, 9])];
    },
    u.select,
  ),
  entry(
    "reshape",
    (w) => {
      const shape = w.shape();
      const flipped = w.pick([[...shape].reverse(), [-1], [1, ...shape], [shape[0], -1]]);
      return [w.floats(shape), w.hostile(flipped, [[-1, -1], [0], [0.5, 2], [2 ** 33], [Number.NaN], []])];
    },
    u.reshape,
  ),
  entry(
    "concat",
    (w) => {
      const shape = w.shape();
      const axis = w.whole(shape.length - 1, -shape.length);
      return [w.hostile([w.floats(shape), w.floats(shape)], [[]]), w.hostile(axis, [0.5, 4, -5, 2 ** 33])];
    },
    u.concat,
  ),
  entry(
    "stack",
    (w) => {
      const shape = w.shape(w.whole(3, 0));
      return [w.hostile([w.floats(shape), w.floats(shape)], [[]])];
    },
    u.stack,
  ),
  entry("swapAxes", (w) => [w.floats(w.shape(w.whole(4)))], u.swapAxes),
  entry("swapLastAxes", (w) => [w.floats(w.shape(w.whole(4)))], u.swapLastAxes),
  entry(
    "chooseRows",
    (w) => {
      const shape = w.shape();
      const chosen = Array.from({ length: w.chance(0.05) ? 7 : shape[0] }, () => w.chance(0.5));
      return [chosen, w.floats(shape), ...(w.chance(0.5) ? [w.floats(shape)] : [])];
    },
    u.chooseRows,
  ),
  entry(
    "pad",
    (w) => {
      const shape = w.shape(2);
      const pads = Array.from({ length: 4 }, () => w.hostile(w.whole(2, 0), [-1, -9, 0.5, 9, 2 ** 33]));
      return [
        w.floats(shape),
        pads,
        w.hostile(w.pick(["constant", "reflect", "edge"]), ["wrap"]),
        w.number(),
      ];
    },
    u.pad,
  ),
  pool("maxPool"),
  pool("averagePool"),
  entry("globalMaxPool", (w) => [w.floats(image(w, w.pick(AXES)))], u.globalMaxPool),
  entry("globalAveragePool", (w) => [w.floats(image(w, w.pick(AXES)))], u.globalAveragePool),
  convolve("convolution"),
  convolve("convolutionTranspose"),
  entry(
    "batchNorm",
    (w) => {
      const x = image(w, w.whole(2, 0));
      const of = () => w.floats([x[1]]);
      const variance = () => (w.chance(0.9) ? u.square(w.fresh([x[1]])) : of());
      return [
        w.floats(x),
        of(),
        of(),
        w.chance(0.5) ? { mean: of(), variance: variance() } : undefined,
        w.hostile(1e-3, [1, Number.NaN]),
      ];
    },
    u.batchNorm,
  ),
  entry(
    "crossEntropy",
    (w) => {
      const lead = w.shape();
      const classes = w.whole(4);
      const options = {
        ...w.option("ignoreIndex", [0, -100, -1]),
        ...w.option("labelSmoothing", [0, 0.1]),
        ...w.option("reduction", ["mean", "sum", "none"]),
      };
      return [w.floats([...lead, classes]), w.ids(lead, classes), options];
    },
    u.crossEntropy,
  ),
  entry(
    "binaryCrossEntropy",
    (w) => {
      const shape = w.shape();
      return [
        w.floats(shape),
        w.floats(shape),
        ...(w.chance(0.3) ? [w.option("positiveWeights", [2, [3]], 1)] : []),
      ];
    },
    u.binaryCrossEntropy,
  ),
  entry(
    "customLoss",
    (w) => {
      const shape = w.shape();
      const size = shape.reduce((product, length) => product * length, 1);
      const made = w.hostile({ loss: w.number(), gradient: new Float32Array(w.chance(0.95) ? size : 9) }, [
        {},
        { loss: 1 },
      ]);
      return [w.floats(shape), made];
    },
    (x, made) => {
      const loss = u.customLoss(x, () => made);
      if (loss.requiresGrad) loss.backward();
      return loss;
    },
  ),
  entry("activationRegularization", (w) => [w.floats(w.shape(3))], u.activationRegularization),
  entry(
    "temporalActivationRegularization",
    (w) => [w.floats(w.shape(3))],
    u.temporalActivationRegularization,
  ),
];
