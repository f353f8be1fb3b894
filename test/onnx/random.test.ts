// Operators that draw numbers: what they draw, and that a seed decides it.
import { type Device, openDevice } from "unrolled";
import { beforeAll, describe, expect, test } from "vitest";
import { openOnnx } from "../../src/formats/onnx/graph.ts";
import { modelFile, type Numbers, type TestNode } from "./build.ts";
import { floats } from "./operator-case.ts";

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});

const COUNT = 20_000;
const seed = { seed: { f: 7.5 } };

function opened(op: string, attributes: NonNullable<TestNode["attributes"]>, input?: Numbers, on = device) {
  const inputs = input ? [{ name: "x", type: input.type, dims: input.dims }] : [];
  const nodes = [{ op, inputs: input ? ["x"] : [], outputs: ["y"], attributes }];
  const model = openOnnx(on, modelFile({ inputs, nodes, outputs: ["y"] }, 17));
  return { run: () => model.runSync(input ? { x: input } : {}).y };
}

const mean = (numbers: ArrayLike<number>) =>
  Array.from(numbers).reduce((sum, each) => sum + each, 0) / numbers.length;
function spread(numbers: ArrayLike<number>): number {
  const center = mean(numbers);
  return Math.sqrt(mean(Array.from(numbers, (each) => (each - center) ** 2)));
}

describe("what is drawn", () => {
  const like = floats([COUNT], ...new Array(COUNT).fill(0.25));

  test.each([
    [
      "RandomUniform",
      { shape: { ints: [COUNT] }, low: { f: -1 }, high: { f: 3 } },
      undefined,
      1,
      4 / Math.sqrt(12),
    ],
    ["RandomUniformLike", {}, like, 0.5, 1 / Math.sqrt(12)],
    ["RandomNormal", { shape: { ints: [COUNT] }, mean: { f: 2 }, scale: { f: 3 } }, undefined, 2, 3],
    ["RandomNormalLike", { dtype: { i: 11 } }, like, 0, 1],
    ["Bernoulli", { dtype: { i: 9 } }, like, 0.25, Math.sqrt(0.25 * 0.75)],
  ] as const)("has the mean and the spread that %s asks for", (op, attributes, input, center, width) => {
    const { data, dims, type } = opened(op, { ...attributes, ...seed }, input).run();
    expect(dims).toEqual([COUNT]);
    expect(type).toBe("dtype" in attributes ? { 9: "bool", 11: "float64" }[attributes.dtype.i] : "float32");
    expect(Math.abs(mean(data) - center)).toBeLessThan((5 * width) / Math.sqrt(COUNT));
    expect(Math.abs(spread(data) / width - 1)).toBeLessThan(0.03);
  });

  test("is as likely as the logits of Multinomial say, whatever is added to them", () => {
    const logits = floats([2, 3], 100, 100 + Math.log(2), 100 + Math.log(5), 0, Number.NEGATIVE_INFINITY, 0);
    const { data, dims, type } = opened("Multinomial", { sample_size: { i: COUNT }, ...seed }, logits).run();
    expect([type, ...dims]).toEqual(["int32", 2, COUNT]);
    const share = (row: number, of: number) =>
      Array.from(data.subarray(row * COUNT, (row + 1) * COUNT)).filter((each) => each === of).length / COUNT;
    expect([0, 1, 2].map((of) => share(0, of))).toEqual([1, 2, 5].map((of) => expect.closeTo(of / 8, 1.5)));
    expect(share(1, 1)).toBe(0);
  });
});

describe("a seed", () => {
  const shape = { shape: { ints: [6] } };

  test("decides all numbers of a model, which go on from run to run", () => {
    const [one, same] = [
      opened("RandomNormal", { ...shape, ...seed }),
      opened("RandomNormal", { ...shape, ...seed }),
    ];
    const first = [...one.run().data];
    const second = [...one.run().data];
    expect(second).not.toEqual(first);
    expect([...same.run().data]).toEqual(first);
    expect([...same.run().data]).toEqual(second);
    expect([...opened("RandomNormal", { ...shape, seed: { f: 7 } }).run().data]).not.toEqual(first);
  });

  test("is the device's where the node has none", async () => {
    const drawn = async (own: number) => [
      ...opened("RandomUniform", shape, undefined, await openDevice({ seed: own })).run().data,
    ];
    expect(await drawn(1)).toEqual(await drawn(1));
    expect(await drawn(1)).not.toEqual(await drawn(2));
  });
});
