// What the options of recurrent layers mean to whoever uses them: directions, masks, states, names and counts of parameters.
import { Generator, GRU, ints, Linear, LSTM, type LSTMOptions, RNN, type Tensor, tensor } from "unrolled";
import { GRUCell, LSTMCell, MGU, MGUCell, RNNCell } from "unrolled/nn";
import { narrow, sum, swapAxes } from "unrolled/tensor";
import { describe, expect, test } from "vitest";
import { leaf, numbersOf, reference } from "./gradients.ts";
import { layerOf, type RowOptions, recurrentRows } from "./recurrent-rows.ts";

const sizes = { inputSize: 2, hiddenSize: 3 };
const lstm = (options: Partial<LSTMOptions> = {}) =>
  new LSTM(reference, { ...sizes, ...options, generator: new Generator(5) });

function expectClose(actual: Tensor, expected: readonly number[], tolerance = 1e-12): void {
  const numbers = numbersOf(actual);
  expect(numbers.length).toBe(expected.length);
  numbers.forEach((entry, index) => {
    expect(Math.abs(entry - expected[index]), `entry ${index}`).toBeLessThan(tolerance);
  });
}

/** Entries [T, B, width] with the steps in another order, or some of them. */
function steps(x: Tensor, order: readonly number[]): Tensor {
  const each = x.size / x.shape[0];
  const numbers = numbersOf(x);
  const picked = order.flatMap((t) => numbers.slice(t * each, (t + 1) * each));
  return tensor(reference, picked, [order.length, ...x.shape.slice(1)]);
}

describe("directions", () => {
  const xs = leaf([4, 2, 2], 1);

  test("reverse is forward over the sequence turned round, and its parameters have the plain names", () => {
    const turned = lstm().forward(steps(xs, [3, 2, 1, 0]));
    const { outputs, state } = lstm({ direction: "reverse" }).forward(xs);
    expectClose(outputs, numbersOf(steps(turned.outputs, [3, 2, 1, 0])));
    expectClose(state.h, numbersOf(turned.state.h));
    expect([...lstm({ direction: "reverse" }).weights.keys()]).toEqual([...lstm().weights.keys()]);
  });

  test.each([
    ["sum", (a: number, b: number) => a + b],
    ["mean", (a: number, b: number) => (a + b) / 2],
    ["product", (a: number, b: number) => a * b],
  ] as const)("%s", (merge, combine) => {
    const both = numbersOf(lstm({ direction: "bidirectional" }).forward(xs).outputs);
    const merged = lstm({ direction: "bidirectional", merge }).forward(xs).outputs;
    expect(merged.shape).toEqual([4, 2, 3]);
    const rows = Array.from({ length: 8 }, (_, row) => row * 6);
    expectClose(
      merged,
      rows.flatMap((row) => [0, 1, 2].map((j) => combine(both[row + j], both[row + 3 + j]))),
    );
  });
});

test("batch-major layers read and give [B, T, …]; their states are as ever", () => {
  const xs = leaf([3, 4, 2], 1);
  const options = { numLayers: 2, direction: "bidirectional" } as const;
  const call = { lengths: [4, 2, 3] };
  const batchMajor = lstm({ ...options, batchFirst: true }).forward(xs, call);
  const timeMajor = lstm(options).forward(swapAxes(xs), call);
  expect(batchMajor.outputs.shape).toEqual([3, 4, 6]);
  expect(numbersOf(swapAxes(batchMajor.outputs))).toEqual(numbersOf(timeMajor.outputs));
  expect(numbersOf(batchMajor.state.c!)).toEqual(numbersOf(timeMajor.state.c!));
  expect(() => lstm({ batchFirst: true }).forward(leaf([3, 4, 5], 1))).toThrow("needed [B, T, 2]");
});

describe("steps that a mask leaves out", () => {
  test.each(recurrentRows.filter(({ options }) => !options.batchFirst && !isRandom(options)))(
    "are as if they were not there: $name",
    ({ kind, options }) => {
      const layer = layerOf(reference, kind, { ...sizes, ...options, generator: new Generator(5) });
      const xs = leaf([5, 1, 2], 1);
      const read = [1, 2, 4];
      const { outputs, state } = layer.forward(xs, { mask: ints(reference, [0, 1, 1, 0, 1], [5, 1]) });
      const without = layer.forward(steps(xs, read));
      expectClose(steps(outputs, read), numbersOf(without.outputs));
      expectClose(state.h, numbersOf(without.state.h));
      if (options.direction) return;
      expectClose(steps(outputs, [3]), numbersOf(steps(outputs, [2])));
      expectClose(
        steps(outputs, [0]),
        numbersOf(state.h).map((_, j) => initial(layer.weights.get("h_0"), j)),
      );
    },
  );

  test("are time-major or batch-major as the layer is, and need whole numbers of the sequences' shape", () => {
    const xs = leaf([4, 2, 2], 1);
    const mask = ints(reference, [1, 0, 1, 1, 0, 1, 1, 0], [4, 2]);
    const timeMajor = lstm().forward(xs, { mask });
    const turned = ints(reference, [1, 1, 0, 1, 0, 1, 1, 0], [2, 4]);
    const batchMajor = lstm({ batchFirst: true }).forward(swapAxes(xs), { mask: turned });
    expect(numbersOf(batchMajor.state.h)).toEqual(numbersOf(timeMajor.state.h));
    expect(() => lstm().forward(xs, { mask: turned })).toThrow(
      "LSTM: mask has shape [2, 4] (int), needed whole numbers [4, 2]",
    );
    expect(() => lstm().forward(xs, { mask: leaf([4, 2], 1) })).toThrow("(float), needed whole numbers");
  });
});

const initial = (learnt: Tensor | undefined, j: number) => (learnt ? numbersOf(learnt)[j] : 0);
const isRandom = ({ dropout, recurrentDropout, weightDrop, weightNoise, zoneout }: Partial<RowOptions>) =>
  !!(dropout || recurrentDropout || weightDrop || weightNoise || zoneout);

describe("the state before the first step", () => {
  const xs = leaf([3, 2, 2], 1);
  const carried = { h: leaf([1, 2, 3], 2), c: leaf([1, 2, 3], 3) };

  test("is learnt, the same for all sequences, where that is asked", () => {
    const learnt = lstm({ initialState: "learnt" });
    expect(learnt.weights.get("h_0")!.shape).toEqual([1, 3]);
    learnt.weights.get("h_0")!.assign([0.1, 0.2, 0.3]);
    learnt.weights.get("c_0")!.assign([-0.4, 0.5, 0.6]);
    const h = tensor(reference, [0.1, 0.2, 0.3, 0.1, 0.2, 0.3], [1, 2, 3]);
    const c = tensor(reference, [-0.4, 0.5, 0.6, -0.4, 0.5, 0.6], [1, 2, 3]);
    const given = lstm().forward(xs, { state: { h, c } });
    // A parameter holds numbers as its device does.
    expectClose(learnt.forward(xs).outputs, numbersOf(given.outputs), 1e-7);
  });

  test("is what is carried, but for rows that begin anew, whatever stood there", () => {
    const spoilt = { h: leaf([1, 2, 3], 2), c: leaf([1, 2, 3], 3) };
    for (const part of [spoilt.h, spoilt.c])
      part.assign([...numbersOf(part).slice(0, 3), Number.NaN, 1 / 0, 1]);
    const reset = lstm().forward(xs, { state: spoilt, reset: [false, true] });
    const [kept, fresh] = [lstm().forward(xs, { state: carried }), lstm().forward(xs)];
    const rowOf = (outputs: Tensor, b: number) => numbersOf(narrow(swapAxes(outputs), b, b + 1));
    expect(rowOf(reset.outputs, 0)).toEqual(rowOf(kept.outputs, 0));
    expect(rowOf(reset.outputs, 1)).toEqual(rowOf(fresh.outputs, 1));
    expect(() => lstm().forward(xs, { state: carried, reset: [true] })).toThrow(
      "LSTM: reset has 1 entries, needed one for each of the 2 sequences",
    );
  });
});

test.each(recurrentRows.filter(({ options }) => isRandom(options) && !options.zoneout))(
  "nothing is random when evaluating: $name",
  ({ kind, options }) => {
    const all = { ...sizes, numLayers: 2, ...options };
    const layer = layerOf(reference, kind, { ...all, generator: new Generator(5) });
    const xs = leaf([3, 2, 2], 1);
    const first = numbersOf(layer.forward(xs).outputs);
    expect(numbersOf(layer.forward(xs).outputs)).not.toEqual(first);
    const { dropout, recurrentDropout, weightDrop, weightNoise, ...quiet } = all;
    const plain = layerOf(reference, kind, { ...quiet, generator: new Generator(5) });
    for (const [name, weight] of layer.weights) plain.weights.get(name)!.assign(numbersOf(weight));
    layer.eval();
    expect(numbersOf(layer.forward(xs).outputs)).toEqual(numbersOf(plain.forward(xs).outputs));
  },
);

test("a batch that is split meets the masks and the noise that it meets whole", () => {
  const options: Partial<LSTMOptions> = {
    ...{ numLayers: 2, dropout: 0.3, recurrentDropout: 0.3, zoneout: { h: 0.3, c: 0.3 } },
    ...{ weightNoise: 0.2, weightDrop: 0.2, direction: "bidirectional" },
  };
  const xs = leaf([3, 4, 2], 1);
  const whole = lstm(options).forward(xs).outputs;
  reference.firstRow = 2;
  const part = lstm(options).forward(swapAxes(narrow(swapAxes(xs), 2, 4))).outputs;
  reference.firstRow = 0;
  expectClose(part, numbersOf(swapAxes(narrow(swapAxes(whole), 2, 4))));
});

test("frozen weights get no gradient, and the others theirs", () => {
  const gradientsOf = (frozen: readonly string[]) => {
    const options = { projectionSize: 2, peepholes: true, layerNorm: true } as const;
    const layer = lstm(options).freeze(frozen);
    const { outputs } = layer.forward(leaf([3, 2, 2], 1));
    sum(outputs).backward();
    return new Map([...layer.namedParameters()].map(([name, { grad }]) => [name, grad && numbersOf(grad)]));
  };
  const all = gradientsOf([]);
  for (const name of all.keys()) {
    const others = gradientsOf([name]);
    expect(others.get(name), name).toBeUndefined();
    expect([...others].filter(([other]) => other !== name)).toEqual(
      [...all].filter(([other]) => other !== name),
    );
  }
});

describe("parameters", () => {
  test("have PyTorch's names, and others for what it lacks", () => {
    const all = lstm({
      ...{ projectionSize: 2, peepholes: true, layerNorm: true, initialState: "learnt", bias: "single" },
      direction: "bidirectional",
    });
    const shapes = [...all.namedParameters()].map(([name, { shape }]) => [name, shape]);
    const of = (suffix: string) => [
      [`weight_ih${suffix}`, [12, 2]],
      [`weight_hh${suffix}`, [12, 2]],
      [`bias_ih${suffix}`, [12]],
      [`weight_hr${suffix}`, [2, 3]],
      [`weight_ch${suffix}`, [9]],
      [`norm_ih${suffix}.weight`, [12]],
      [`norm_hh${suffix}.weight`, [12]],
      [`norm_c${suffix}.weight`, [3]],
      [`norm_c${suffix}.bias`, [3]],
    ];
    expect(shapes).toEqual([...of("_l0"), ...of("_l0_reverse"), ["h_0", [2, 2]], ["c_0", [2, 3]]]);
  });

  test("the forget gate's bias begins where it is told to, in the sum of both", () => {
    for (const bias of ["double", "single"] as const) {
      const { biasIh, biasHh } = lstm({ forgetBias: 1.5, bias }).layerWeights(0);
      const block = (of: Tensor) => numbersOf(of).slice(3, 6);
      expect(block(biasIh!)).toEqual([1.5, 1.5, 1.5]);
      if (biasHh) expect(block(biasHh)).toEqual([0, 0, 0]);
      expect(numbersOf(biasIh!)[0]).not.toBe(1.5);
    }
  });

  // Graves, Mohamed & Hinton 2013, table 1, which gives them in millions; 123 inputs, 61 phonemes and the blank.
  test.each([
    ["CTC-3l-500h-tanh", 3_688_062, 3, 500, "RNN", "bidirectional"],
    ["CTC-1l-250h", 780_562, 1, 250, "LSTM", "bidirectional"],
    ["CTC-1l-622h", 3_793_018, 1, 622, "LSTM", "bidirectional"],
    ["CTC-2l-250h", 2_284_062, 2, 250, "LSTM", "bidirectional"],
    ["CTC-3l-421h-uni", 3_786_957, 3, 421, "LSTM", "forward"],
    ["CTC-3l-250h", 3_787_562, 3, 250, "LSTM", "bidirectional"],
    ["CTC-5l-250h", 6_794_562, 5, 250, "LSTM", "bidirectional"],
  ] as const)("%s has %i", (_, count, numLayers, hiddenSize, kind, direction) => {
    const options = { inputSize: 123, hiddenSize, numLayers, direction, bias: "single" } as const;
    const layers =
      kind === "RNN" ? new RNN(reference, options) : new LSTM(reference, { ...options, peepholes: true });
    const outputs = new Linear(reference, { inputSize: hiddenSize * layers.directions, outputSize: 62 });
    expect(layers.parameterCount() + outputs.parameterCount()).toBe(count);
  });
});

describe("wrong options are named", () => {
  test.each([
    [
      { direction: "sideways" },
      'LSTM: direction is "sideways", needed one of forward, reverse, bidirectional',
    ],
    [{ merge: "max" }, 'LSTM: merge is "max"'],
    [{ bias: true }, "LSTM: bias is true, needed one of double, single, none"],
    [{ initialState: "random" }, 'LSTM: initialState is "random"'],
    [{ projectionSize: 0 }, "LSTM: projectionSize is 0"],
    [{ cellClip: -1 }, "LSTM: cellClip is -1, needed a number above 0"],
    [{ gateClip: 0 }, "LSTM: gateClip is 0, needed a number above 0"],
    [{ zoneout: { h: 1 } }, "LSTM: zoneout.h is 1, needed a number from 0 to below 1"],
    [{ recurrentDropout: -0.1 }, "LSTM: recurrentDropout is -0.1"],
    [{ weightNoise: -1 }, "LSTM: weightNoise is -1, needed a number of at least 0"],
    [{ forgetBias: Number.NaN }, "LSTM: forgetBias is NaN"],
    [{ activations: ["sigmoid", "tanh"] }, "LSTM: activations is a list of 2, needed a list of 3"],
    [{ activations: "tanh" }, 'LSTM: activations is "tanh", needed a list of 3'],
    [{ forgetBias: 1, bias: "none" }, "LSTM: forgetBias is 1, needed a layer with biases"],
    [{ forgetBias: 1, coupled: true }, "LSTM: forgetBias is 1, needed a forget gate of its own"],
  ])("%j", (options, message) => {
    expect(() => lstm(options as Partial<LSTMOptions>)).toThrow(message);
  });

  test.each<[string, new (device: typeof reference, options: never) => unknown, object, string]>([
    ["LSTM", LSTM, { bidirectional: true }, 'direction: "bidirectional" instead, of the options inputSize,'],
    ["GRU", GRU, { projectionSize: 2 }, "gateClip, resetAfter, activations, generator"],
    ["RNN", RNN, { activations: ["tanh"] }, "gateClip, nonlinearity, generator"],
    ["MGU", MGU, { resetAfter: false }, "gateClip, activations, generator"],
    ["LSTMCell", LSTMCell, { numLayers: 2 }, "forgetBias, activations, generator"],
    [
      "GRUCell",
      GRUCell,
      { bidirectional: true },
      "needed of the options inputSize, hiddenSize, bias, gateClip,",
    ],
    ["RNNCell", RNNCell, { resetAfter: true }, "nonlinearity, generator"],
    ["MGUCell", MGUCell, { direction: "reverse" }, "activations, generator"],
  ])("%s has no option of another kind, and says which it has", (name, Layer, option, known) => {
    const build = () => new Layer(reference, { ...sizes, ...option } as never);
    expect(build).toThrow(expect.objectContaining({ code: "invalid-argument" }));
    expect(build).toThrow(`${name}: "${Object.keys(option)[0]}" is no option of it, needed `);
    expect(build).toThrow(known);
  });

  test("zoneout of c needs a c, and leaky functions that fold cannot be walked back", () => {
    expect(() => new GRU(reference, { ...sizes, zoneout: { c: 0.1 } })).toThrow("GRU: zoneout.c is 0.1");
    const folding = new RNN(reference, { ...sizes, nonlinearity: { name: "leaky-relu", alpha: -0.5 } });
    const xs = leaf([3, 2, 2], 1);
    expect(() => folding.forward(xs)).toThrow("RNN: leaky-relu with alpha -0.5 has no gradient here");
    expect(reference.withoutGradients(() => folding.forward(xs)).outputs.shape).toEqual([3, 2, 3]);
  });
});
