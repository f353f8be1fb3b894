// Convolutional LSTM beside a transcription of the equations of Shi et al. 2015 in plain loops, and by central differences.
import { type Tensor, tensor } from "unrolled";
import { ConvLSTM2d, type ConvLSTM2dOptions } from "unrolled/nn";
import { narrow } from "unrolled/tensor";
import { describe, expect, test } from "vitest";
import { gradientErrors, leaf, numbersOf, reference, weighted } from "./gradients.ts";
import { devices } from "./pytorch.ts";

/** (weight * x)[o, y, x] with zeros around x, whose kernel of odd size stands with its middle on the entry. */
function convolved(
  weight: Tensor,
  x: readonly number[],
  size: readonly [number, number, number],
  o: number,
  y: number,
  column: number,
): number {
  const [channels, height, width] = size;
  const [kernelHeight, kernelWidth] = weight.shape.slice(2);
  const numbers = numbersOf(weight);
  let sum = 0;
  for (let c = 0; c < channels; c++)
    for (let ky = 0; ky < kernelHeight; ky++)
      for (let kx = 0; kx < kernelWidth; kx++) {
        const [iy, ix] = [y + ky - (kernelHeight >> 1), column + kx - (kernelWidth >> 1)];
        if (iy < 0 || iy >= height || ix < 0 || ix >= width) continue;
        const place = ((o * channels + c) * kernelHeight + ky) * kernelWidth + kx;
        sum += numbers[place] * x[(c * height + iy) * width + ix];
      }
  return sum;
}

const sigma = (x: number) => 1 / (1 + Math.exp(-x));

/** The states after each step of one sequence [T, C, height, width], from zero. */
function transcribed(
  layer: ConvLSTM2d,
  xs: readonly number[],
  steps: number,
  [height, width]: readonly [number, number],
) {
  const { inputSize, hiddenSize, weight_ih, weight_hh, weight_ch, bias_ih } = layer;
  const plane = height * width;
  const bias = bias_ih ? numbersOf(bias_ih) : new Array(4 * hiddenSize).fill(0);
  const peep = (gate: number, unit: number, at: number) => {
    if (!weight_ch) return 0;
    const each = weight_ch.shape[2] * weight_ch.shape[3];
    return numbersOf(weight_ch)[(gate * hiddenSize + unit) * each + (each === 1 ? 0 : at)];
  };
  let h = new Array<number>(hiddenSize * plane).fill(0);
  let c = [...h];
  const outputs: number[][] = [];
  for (let t = 0; t < steps; t++) {
    const x = xs.slice(t * inputSize * plane, (t + 1) * inputSize * plane);
    const [nextH, nextC] = [[...h], [...c]];
    for (let unit = 0; unit < hiddenSize; unit++)
      for (let at = 0; at < plane; at++) {
        const place = unit * plane + at;
        const [y, column] = [Math.floor(at / width), at % width];
        const sum = (gate: number) => {
          const o = gate * hiddenSize + unit;
          const fromX = convolved(weight_ih, x, [inputSize, height, width], o, y, column);
          return fromX + convolved(weight_hh, h, [hiddenSize, height, width], o, y, column) + bias[o];
        };
        const i = sigma(sum(0) + peep(0, unit, at) * c[place]);
        const f = sigma(sum(1) + peep(1, unit, at) * c[place]);
        nextC[place] = f * c[place] + i * Math.tanh(sum(2));
        nextH[place] = sigma(sum(3) + peep(2, unit, at) * nextC[place]) * Math.tanh(nextC[place]);
      }
    [h, c] = [nextH, nextC];
    outputs.push(h);
  }
  return { outputs: outputs.flat(), c };
}

/** The layer with every parameter random, the peepholes too. */
function build(options: Partial<ConvLSTM2dOptions>, device = reference): ConvLSTM2d {
  const layer = new ConvLSTM2d(device, { inputSize: 2, hiddenSize: 2, kernelSize: 3, ...options });
  let seed = 10;
  for (const parameter of layer.parameters()) parameter.assign(numbersOf(leaf(parameter.shape, seed++)));
  return layer;
}

const peepholes = ["none", "channel", [3, 4]] as const;

describe.each(devices)("on $name", ({ device, tolerance }) => {
  test.each(peepholes)("the published equations, peepholes %s", (peephole) => {
    const layer = build({ peepholes: peephole, kernelSize: [3, 1] }, device);
    const xs = leaf([3, 1, 2, 3, 4], 1);
    const expected = transcribed(layer, numbersOf(xs), 3, [3, 4]);
    const { outputs, state } = layer.forward(tensor(device, numbersOf(xs), xs.shape));
    expect([outputs.shape, state.c.shape]).toEqual([
      [3, 1, 2, 3, 4],
      [1, 2, 3, 4],
    ]);
    for (const [found, wanted] of [
      [outputs, expected.outputs],
      [state.c, expected.c],
    ] as const)
      numbersOf(found).forEach((entry, at) => {
        expect(Math.abs(entry - wanted[at]), `[${at}]`).toBeLessThan(tolerance);
      });
  });
});

test.each(peepholes)("gradients, peepholes %s", (peephole) => {
  const layer = build({ peepholes: peephole });
  const xs = leaf([3, 2, 2, 3, 4], 1);
  const given = { h: leaf([2, 2, 3, 4], 2), c: leaf([2, 2, 3, 4], 3) };
  const inputs = new Map([...layer.namedParameters(), ["xs", xs], ["h", given.h], ["c", given.c]]);
  const loss = () => {
    const { outputs, state } = layer.forward(xs, { state: given, lengths: [3, 2] });
    return weighted(outputs, state.h, state.c);
  };
  expect(gradientErrors(inputs, loss)).toBe("");
});

test("gradients of a strided layer read backwards", () => {
  const layer = build({ stride: 2, padding: "valid", bias: false, direction: "reverse" });
  const xs = leaf([2, 2, 2, 5, 7], 1);
  expect(layer.forward(xs).outputs.shape).toEqual([2, 2, 2, 2, 3]);
  const loss = () => weighted(layer.forward(xs, { lengths: [1, 2] }).outputs);
  expect(gradientErrors(new Map([...layer.namedParameters(), ["xs", xs]]), loss)).toBe("");
});

test("it goes on from the state that it left, and a sequence's end is its own", () => {
  const layer = build({ peepholes: "channel" });
  const xs = leaf([4, 1, 2, 3, 4], 1);
  const whole = layer.forward(xs);
  const first = layer.forward(narrow(xs, 0, 2));
  const rest = layer.forward(narrow(xs, 2), { state: first.state });
  expect(numbersOf(rest.outputs)).toEqual(numbersOf(narrow(whole.outputs, 2)));
  const short = layer.forward(xs, { lengths: [2] });
  expect(numbersOf(short.state.c)).toEqual(numbersOf(first.state.c));
  expect(new Set(numbersOf(narrow(short.outputs, 2)))).toEqual(new Set([0]));
});

test("wrong arguments are named", () => {
  const xs = leaf([2, 1, 2, 3, 4], 1);
  expect(() => build({ kernelSize: 0 })).toThrow("ConvLSTM2d: kernelSize is 0");
  expect(() => build({ peepholes: [0, 4] })).toThrow("ConvLSTM2d: peepholes is [0, 4]");
  expect(() => build({ inputSize: 3 }).forward(xs)).toThrow(
    "ConvLSTM2d: input has shape [2, 1, 2, 3, 4], needed [T, B, 3, height, width]",
  );
  const state = { h: leaf([1, 2, 3, 4], 1), c: leaf([1, 2, 3, 3], 1) };
  expect(() => build({}).forward(xs, { state })).toThrow(
    "ConvLSTM2d: state has shape [1, 2, 3, 3], needed [1, 2, 3, 4]",
  );
  expect(() => build({ peepholes: [4, 4] }).forward(xs)).toThrow(
    "the state's images are [3, 4], but the peepholes were built for [4, 4]",
  );
});
