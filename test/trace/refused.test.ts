// What cannot be a network is refused with the line of the module's code that it stands in.
import { beforeAll, expect, test } from "vitest";
import { outputOf } from "../../src/tensor/operations/output.ts";
import * as u from "../fuzz/surface/public-names.ts";

let device: u.Device;
beforeAll(async () => {
  device = await u.openDevice();
});

/** An operation of one's own, written against the heap. */
function swish(x: u.Tensor): u.Tensor {
  const y = outputOf(x.shape, [x]);
  y.device.kernels.fill(y.offset, 0.5, y.size);
  return y;
}

type Body = (x: u.Tensor, device: u.Device) => unknown;

/** [T, B, 3] through a linear layer and what follows it. */
class Written extends u.Module {
  readonly linear: u.Linear;
  readonly #then: Body;

  constructor(device: u.Device, then: Body) {
    super();
    this.linear = new u.Linear(device, { inputSize: 3, outputSize: 3 });
    this.#then = then;
  }

  forward(x: u.Tensor): unknown {
    return this.#then(this.linear.forward(x), x.device);
  }
}

/** A line of this file. */
const HERE = /refused\.test\.ts:\d+:\d+: /;

test.each<[string, Body, RegExp]>([
  ["branches on a number", (x) => (x.read()[0] > 0 ? x : u.relu(x)), /read reads or writes numbers/],
  [
    "branches on a number that it waits for",
    async (x) => ((await u.sum(x).item()) > 0 ? x : u.relu(x)),
    /item reads or writes numbers/,
  ],
  [
    "reads numbers",
    async (x) => u.tensor(x.device, await x.toArray(), x.shape),
    /toArray reads or writes numbers/,
  ],
  [
    "reads the heap",
    (x, { heap }) => (heap.floats()[x.offset] > 0 ? x : u.relu(x)),
    /heap.floats reads or writes numbers/,
  ],
  ["changes numbers in place", (x) => x.assign(new Float32Array(x.size)), /assign reads or writes numbers/],
  ["an operation of one's own", (x) => u.add(x, swish(x)), /outputOf is an operation that no layer/],
  ["an operation without a layer", (x) => u.tanh(u.log(x)), /: log is an operation that no layer/],
  ["one that picks", (x) => u.argmax(x), /: argmax is an operation that no layer/],
  [
    "a layer without a kind",
    (x) => new u.BatchNorm1d(x.device, 3).forward(u.swapLastAxes(x)),
    /BatchNorm1d.forward/,
  ],
  [
    "a loop over steps",
    (x) => {
      let h = u.select(x, 0);
      for (let t = 1; t < x.shape[0]; t++) h = u.tanh(u.add(h, u.select(x, t)));
      return h;
    },
    /no loop over steps/,
  ],
  ["a branch on T", (x) => (x.shape[0] > 20 ? u.relu(x) : x), /no branch on their number/],
  ["a part of the steps", (x) => u.narrow(x, 0, 2), /: narrow is an operation that no layer/],
  ["a factor for so many steps", (x) => u.scaled(x, 1 / x.shape[0]), /scaled has another factor/],
  [
    "numbers for so many steps",
    (x) => u.add(x, u.tensor(x.device, ramp(x.size), x.shape)),
    /add reads numbers/,
  ],
  ["all numbers as one", (x) => u.sum(x), /: sum is an operation that no layer/],
])("%s", (_, then, problem) => {
  const inputs = [{ name: "x", axes: ["T", "B", 3], kind: "float" }] as const;
  const run = () => u.networkOf(new Written(device, then), { inputs });
  expect(run).toThrow(problem);
  expect(run).toThrow(HERE);
});

test.each<[string, Body, RegExp]>([
  ["rows of all steps", (x) => u.reshape(x, [-1, 3]), /output output is of rows of all steps/],
  ["no tensor", () => "numbers", /neither a tensor nor tensors by name/],
  [
    "a branch on a T that was not tried",
    (x) => (x.shape[0] > 25 ? u.relu(x) : x),
    /depends on more than layers/,
  ],
  ["a promise", async (x) => x, /returned a promise/],
])("%s", (_, then, problem) => {
  const inputs = [{ name: "x", axes: ["T", "B", 3], kind: "float" }] as const;
  expect(() => u.networkOf(new Written(device, then), { inputs })).toThrow(problem);
});

test.each<[string, unknown, string]>([
  ["no options", undefined, "networkOf: inputs are missing, needed what the module reads"],
  ["no inputs", {}, "networkOf: inputs are missing, needed what the module reads"],
  [
    "an input of another kind",
    { inputs: [{ name: "x", axes: ["B", "T", 3], kind: "floats" }] },
    'needed a name, axes, and the kind "int" or "float"',
  ],
])("%s", (_, options, problem) => {
  const networkOf = u.networkOf as (module: unknown, options: unknown) => unknown;
  expect(() => networkOf(new Written(device, (x) => x), options)).toThrow(problem);
  expect(() => networkOf({}, options)).toThrow("networkOf: module is not a Module");
});

test("a module is as it was afterwards, and its device too", () => {
  class Dropping extends u.Module {
    readonly linear = new u.Linear(device, { inputSize: 3, outputSize: 3 });
    readonly dropout = new u.Dropout(0.5);
    readonly frozen = new u.Dropout(0.5).eval();
    forward(x: u.Tensor) {
      return this.frozen.forward(this.dropout.forward(this.linear.forward(x)));
    }
  }
  const module = new Dropping();
  const floats = device.heap.floats;
  u.networkOf(module, { inputs: [{ name: "x", axes: ["B", "T", 3], kind: "float" }] });
  expect([module.training, module.dropout.training, module.frozen.training]).toEqual([true, true, false]);
  expect(device.heap.floats).toBe(floats);
  expect(device.recording).toBe(true);
});

function ramp(length: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => index);
}
