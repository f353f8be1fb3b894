import { sizeOf } from "../../../../src/tensor/tensor.ts";
import { type Entry, entry } from "../entry.ts";
import * as u from "../public-names.ts";
import type { World } from "../world.ts";

const SHAPES = [[0], [-1], [0.5], [2 ** 33], [Number.NaN], [2, 2 ** 31], [2 ** 53, 2]];

/** Numbers of a shape, both of which may be wrong. */
function given(w: World, number: () => number): unknown[] {
  const shape = w.shape(w.whole(3, 0));
  const numbers = Array.from({ length: sizeOf(shape) }, number);
  return [
    w.hostile(numbers, [[], [1, 2, 3, 4, 5]]),
    ...(shape.length !== 1 || w.chance(0.5) ? [w.hostile(shape, SHAPES)] : []),
  ];
}

/** Gradients that came to leaves; what is between is freed. */
const gradientsOf = (leaves: readonly u.Tensor[]) => leaves.map(({ grad }) => grad);

export const tensors: readonly Entry[] = [
  entry("tensor", (w) => [w.device, ...given(w, () => w.number())], u.tensor),
  entry("ints", (w) => [w.device, ...given(w, () => w.idList(1, 5)[0])], u.ints),
  entry("zeros", (w) => [w.device, w.hostile(w.shape(w.whole(3, 0)), SHAPES)], u.zeros),
  entry(
    "Parameter",
    (w) => [w.device, w.hostile(w.shape(), SHAPES)],
    (device, shape) => new u.Parameter(device, shape),
  ),
  entry(
    "Tensor",
    (w) => {
      const made = w.fresh(w.shape());
      const storage = w.hostile(made.storage, [{ offset: 2 ** 33, elements: 2 ** 40 }, {}]);
      return [
        w.device,
        storage,
        w.hostile(made.shape, SHAPES),
        { start: w.hostile(0, [1, -1, 0.5, 2 ** 33]) },
      ];
    },
    (device, storage, shape, options) => new u.Tensor(device, storage, shape, options),
  ),
  entry(
    "Tensor.backward",
    (w) => {
      const shape = w.shape();
      const leaves = [w.fresh(shape), w.floats(shape)];
      const summed = w.chance(0.6);
      const gradient = summed && w.chance(0.7) ? undefined : summed ? [w.number()] : w.floats(shape);
      return [leaves, summed, gradient];
    },
    (leaves: readonly u.Tensor[], summed: boolean, gradient) => {
      const product = u.multiply(u.tanh(leaves[0]), leaves[1]);
      const root = summed ? u.sum(product) : product;
      root.backward(gradient);
      return gradientsOf(leaves);
    },
  ),
  entry(
    "Tensor.backward of what was made",
    (w) => [w.floats(w.shape())],
    (x) => {
      x.backward(new Float32Array(x.size).fill(1));
      return x.grad;
    },
  ),
  entry(
    "Tensor.assign",
    (w) => {
      const shape = w.shape();
      const whole = w.chance(0.3);
      const target = whole ? w.fresh_ids(shape, 4, w.device) : w.fresh(shape);
      const numbers = whole
        ? w.idList(target.size, 5)
        : Array.from({ length: target.size }, () => w.number());
      return [target, w.chance(0.5) ? numbers : whole ? w.ids(shape, 4) : w.floats(shape)];
    },
    (target, source) => target.assign(source),
  ),
  entry(
    "Tensor.item",
    (w) => [w.floats(w.chance(0.8) ? [1] : w.shape())],
    (x) => x.item(),
  ),
  entry(
    "Tensor.toArray",
    (w) => [w.floats(w.shape())],
    (x) => x.toArray(),
  ),
  entry(
    "Tensor.read",
    (w) => [w.floats(w.shape())],
    (x) => x.read(),
  ),
  entry(
    "Tensor.zeroGrad",
    (w) => [w.floats(w.shape())],
    (x) => x.zeroGrad(),
  ),
  entry(
    "Device.scope",
    (w) => [w.device, w.floats([2, 2]), w.chance(0.5)],
    (device, x, nested) =>
      device.scope(() => {
        const y = u.square(x);
        return nested ? device.scope(() => ({ kept: u.add(y, y) })) : y;
      }),
  ),
  entry(
    "Device.withoutGradients",
    (w) => [w.device, w.floats([2, 2])],
    (device, x) => device.withoutGradients(() => u.square(x)),
  ),
  entry("openDevice", (w) => [w.option("backend", ["none of them"], 1)], u.openDevice),
];
