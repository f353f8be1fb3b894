// Modules as networks: the same numbers over whole sequences, step by step, as ONNX in onnxruntime, and out of a folder.
import { beforeAll, describe, expect, test } from "vitest";
import * as u from "../fuzz/surface/public-names.ts";
import { expectClose, runInBoth } from "../onnx/runtime.ts";
import * as modules from "./modules.ts";
import * as more from "./more-modules.ts";

let device: u.Device;
beforeAll(async () => {
  device = await u.openDevice({ seed: 3 });
});

interface Row {
  readonly make: (device: u.Device) => u.Module & { forward: (x: never, call?: modules.Call) => unknown };
  readonly inputs: readonly u.NetworkInput[];
  /** Why it has no stream; undefined where it has one. */
  readonly noStream?: RegExp;
  /** Whether it takes lengths; true if not given. */
  readonly lengths?: boolean;
  /** Names of the network's parameters, where they are not the module's. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** Parameters that the network has beside the module's. */
  readonly copies?: readonly string[];
  /** Steps that it needs; 1 if not given. */
  readonly leastSteps?: number;
}

const ids: u.NetworkInput = { name: "ids", axes: ["B", "T"], kind: "int" };
const numbers = (width: number, axes: readonly string[] = ["B", "T"]): u.NetworkInput => ({
  name: "xs",
  axes: [...axes, width],
  kind: "float",
});
const NONE: Readonly<Record<string, string>> = {};
const bothWays = /both ways/;
const atTheEnd = /end of the stream/;

const rows: Readonly<Record<string, Row>> = {
  "a tagger": { make: (d) => new modules.Tagger(d), inputs: [ids] },
  "a tagger of rows, time-major": {
    make: (d) => new modules.RowTagger(d),
    inputs: [{ ...ids, axes: ["T", "B"] }],
  },
  "a classifier by its last output, both ways": {
    make: (d) => new modules.LastOutput(d),
    inputs: [ids],
    noStream: bothWays,
  },
  "a classifier by its last state": {
    make: (d) => new modules.LastState(d),
    inputs: [numbers(3, ["T", "B"])],
    noStream: atTheEnd,
  },
  "a classifier by the mean over time": {
    make: (d) => new modules.Pooled(d, "average"),
    inputs: [numbers(3)],
    noStream: atTheEnd,
  },
  "a classifier by the largest over time": {
    make: (d) => new modules.Pooled(d, "max"),
    inputs: [numbers(3)],
    noStream: atTheEnd,
  },
  "a classifier by attention": {
    make: (d) => new modules.AttentionPooled(d),
    inputs: [ids],
    renamed: { query: "query.weight" },
    noStream: bothWays,
  },
  "self-attention": { make: (d) => new modules.SelfAttention(d), inputs: [numbers(6)], noStream: atTheEnd },
  "a residual stack": {
    make: (d) => new modules.ResidualStack(d),
    inputs: [numbers(4)],
    renamed: { gain: "gain.weight", offset: "offset.bias" },
  },
  "two inputs and outputs": {
    make: (d) => new modules.TwoInputs(d),
    inputs: [
      { ...ids, name: "words" },
      { ...numbers(2), name: "features" },
    ],
  },
  "an autoencoder": {
    make: (d) => new modules.Autoencoder(d),
    inputs: [numbers(3, ["T", "B"])],
    noStream: atTheEnd,
  },
  "tied weights, and a layer that is called twice": {
    make: (d) => new more.Tied(d),
    inputs: [ids],
    copies: ["twice_2.bias"],
  },
  "a classifier by convolutions": {
    make: (d) => new more.ConvolutionalClassifier(d),
    inputs: [numbers(3)],
    noStream: /reads several steps at once/,
    lengths: false,
    leastSteps: 8,
  },
  "lengths for one layer and not the next": {
    make: (d) => new more.HalfLengths(d),
    inputs: [numbers(3, ["T", "B"])],
    noStream: atTheEnd,
  },
  "attention by dot products": {
    make: (d) => new more.DotAttention(d),
    inputs: [numbers(3)],
    noStream: atTheEnd,
  },
  "attention by sums": {
    make: (d) => new more.AdditiveAttention(d),
    inputs: [numbers(3, ["T", "B"])],
    noStream: bothWays,
  },
  "a stack with ways around its layers": {
    make: (d) => new more.Stacked(d),
    inputs: [numbers(4, ["T", "B"])],
  },
  "axes that move": {
    make: (d) => new more.Axes(d),
    inputs: [numbers(4)],
    renamed: { scale: "scale.weight" },
    noStream: /one step of the whole/,
    lengths: false,
  },
  convolutions: { make: (d) => new modules.Convolutions(d), inputs: [numbers(3)], lengths: false },
};

const generator = new u.Generator(17);

/** Random inputs of so many steps and sequences. */
function random(inputs: readonly u.NetworkInput[], sizes: Readonly<Record<string, number>>, on = device) {
  return Object.fromEntries(
    inputs.map(({ name, axes, kind }) => {
      const shape = axes.map((axis) => (typeof axis === "number" ? axis : sizes[axis]));
      const count = shape.reduce((product, length) => product * length, 1);
      const numbers = Array.from(generator.evenly(count, 1)!);
      return [
        name,
        kind === "int"
          ? u.ints(
              on,
              numbers.map((number) => Math.floor(Math.abs(number) * 9)),
              shape,
            )
          : u.tensor(on, numbers, shape),
      ];
    }),
  );
}

/** What the module itself makes, by name. */
function ownOutputs(
  module: ReturnType<Row["make"]>,
  inputs: Readonly<Record<string, u.Tensor>>,
  call: modules.Call = {},
): Readonly<Record<string, u.Tensor>> {
  const given = Object.keys(inputs).length === 1 ? Object.values(inputs)[0] : inputs;
  const made = module.forward(given as never, call);
  return made instanceof u.Tensor ? { output: made } : (made as Readonly<Record<string, u.Tensor>>);
}

function expectSame(ours: u.Tensor, theirs: u.Tensor): void {
  expect(ours.shape).toEqual(theirs.shape);
  const numbers = ours.read();
  for (const [index, value] of theirs.read().entries())
    expect(Math.abs(numbers[index] - value), `[${index}]: ${numbers[index]}, ${value}`).toBeLessThan(1e-6);
}

describe.each(Object.entries(rows))(
  "%s",
  (_, { make, inputs, noStream, lengths: takes = true, leastSteps = 1, renamed = NONE, copies = [] }) => {
    let module: ReturnType<Row["make"]>;
    let network: u.Network;
    beforeAll(() => {
      module = make(device);
      network = u.networkOf(module, { inputs });
      module.eval();
    });

    test.each([
      [7, 2, undefined],
      [4, 3, [4, 2, 3]],
      [1, 1, undefined],
      [6, 2, [1, 5]],
      [12, 4, [12, 1, 7, 9]],
    ])("T %i, B %i, lengths %j", (steps, B, some) => {
      const lengths = takes ? some : undefined;
      const T = Math.max(steps, leastSteps);
      const given = random(inputs, { T, B });
      const { outputs } = network.forward(given, { lengths });
      const own = ownOutputs(module, given, { lengths });
      expect(Object.keys(outputs)).toEqual(Object.keys(own));
      for (const [name, theirs] of Object.entries(own)) expectSame(outputs[name], theirs);
    });

    test("on WebAssembly too", async () => {
      const elsewhere = await u.openDevice({ backend: "wasm", seed: 3 });
      const own = make(elsewhere);
      own.eval();
      const given = random(inputs, { T: Math.max(6, leastSteps), B: 2 }, elsewhere);
      const call = { lengths: takes ? [2, 5] : undefined };
      const { outputs } = u.networkOf(own, { inputs }).forward(given, call);
      for (const [name, theirs] of Object.entries(ownOutputs(own, given, call)))
        expectSame(outputs[name], theirs);
    });

    test("the module's parameters under their own names", async () => {
      const own = await module.stateDict();
      const { tensors } = await u.networkData(network);
      const names = Object.keys(own).map((name) => renamed[name] ?? name);
      expect(Object.keys(tensors).sort()).toEqual([...names, ...copies].sort());
      for (const [name, { data }] of Object.entries(own))
        expect(tensors[renamed[name] ?? name].data).toEqual(data);
    });

    test("ONNX, in onnxruntime and here", async () => {
      const given = random(inputs, { T: Math.max(5, leastSteps), B: 2 });
      const data = await u.networkData(network);
      const lengths = takes ? [5, 3] : undefined;
      const own = ownOutputs(module, given, { lengths });
      const file = u.writeOnnx(data, { states: "internal", lengths: takes });
      const feeds = { ...given, ...(lengths ? { lengths: { int32: lengths } } : {}) };
      for (const made of await runInBoth(device, file, feeds))
        for (const [name, theirs] of Object.entries(own))
          expectClose(made[name], theirs.shape, await theirs.toArray());
    });

    test("out of a folder", async () => {
      const opened = await u.openModel(await new u.NetworkModel(network).files(), { device });
      const given = random(inputs, { T: Math.max(4, leastSteps), B: 2 });
      const made = await opened.run(given);
      for (const [name, theirs] of Object.entries(network.forward(given).outputs))
        expect(Array.from(made[name].data)).toEqual(Array.from(theirs.read()));
    });

    test("a stream, or why there is none", () => {
      if (noStream) {
        expect(() => network.session()).toThrow(noStream);
        return;
      }
      const [T, B] = [5, 2];
      const given = random(inputs, { T, B });
      const own = ownOutputs(module, given);
      const session = network.session({ batchSize: B });
      for (let t = 0; t < T; t++) {
        const step = Object.fromEntries(
          inputs.map(({ name, axes }) => [name, stepOf(given[name], axes[0] === "T", t)]),
        );
        const made = session.step(step);
        for (const [name, theirs] of Object.entries(own)) {
          const wanted = stepOf(theirs, inputs[0].axes[0] === "T", t);
          for (const [index, value] of wanted.flat().entries())
            expect(Math.abs(made[name].data[index] - value)).toBeLessThan(1e-6);
        }
      }
    });
  },
);

/** Step t of sequences [B, T, …] or [T, B, …], as numbers. */
function stepOf(xs: u.Tensor, isTimeMajor: boolean, t: number): number[] | number[][] {
  const [steps, batch] = isTimeMajor ? xs.shape : [xs.shape[1], xs.shape[0]];
  const all = xs.kind === "int" ? xs.device.heap.ints() : xs.device.heap.floats();
  const width = xs.size / (steps * batch);
  const rows = Array.from({ length: batch }, (_, b) => {
    const from = xs.offset + (isTimeMajor ? t * batch + b : b * steps + t) * width;
    return Array.from(all.subarray(from, from + width));
  });
  return xs.shape.length === 2 ? rows.flat() : rows;
}
