import { expect, test } from "vitest";
import { Generator } from "../random/philox.ts";
import { openDevice } from "../tensor/device.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import { type Initialiser, initialise } from "./initialise.ts";

const device = await openDevice({ backend: "reference" });

function filled(shape: readonly number[], initialiser: Initialiser): number[] {
  return Array.from(initialise(zeros(device, shape), initialiser, new Generator(3)).read());
}

function moments(numbers: readonly number[]) {
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const variance = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / numbers.length;
  return { mean, deviation: Math.sqrt(variance), most: Math.max(...numbers.map(Math.abs)) };
}

test("constants", () => {
  expect(filled([2, 2], { kind: "ones" })).toEqual([1, 1, 1, 1]);
  expect(filled([3], { kind: "constant", value: -0.5 })).toEqual([-0.5, -0.5, -0.5]);
  expect(filled([2, 3], { kind: "identity", gain: 2 })).toEqual([2, 0, 0, 0, 2, 0]);
  expect(filled([4, 2], { kind: "identity", blocks: 2 })).toEqual([1, 0, 0, 1, 1, 0, 0, 1]);
  const full = initialise(zeros(device, [2]), { kind: "ones" });
  expect(Array.from(initialise(full, { kind: "zeros" }).read())).toEqual([0, 0]);
});

test.each<[Initialiser, number, "even" | "normal"]>([
  [{ kind: "uniform" }, 1 / Math.sqrt(3), "even"],
  [{ kind: "normal", deviation: 0.3 }, 0.3, "normal"],
  [{ kind: "xavier" }, Math.sqrt(2 / (200 + 300)), "even"],
  [{ kind: "xavier", distribution: "normal", gain: 3 }, 3 * Math.sqrt(2 / 500), "normal"],
  [{ kind: "xavier", blocks: 4 }, Math.sqrt(2 / (50 + 300)), "even"],
  [{ kind: "kaiming" }, Math.sqrt(2 / 300), "even"],
  [{ kind: "kaiming", fan: "out", distribution: "normal" }, Math.sqrt(2 / 200), "normal"],
])("%j has its deviation and its form", (initialiser, wanted, form) => {
  const { mean, deviation, most } = moments(filled([200, 300], initialiser));
  expect(Math.abs(mean)).toBeLessThan(0.02 * wanted);
  expect(Math.abs(deviation / wanted - 1)).toBeLessThan(0.02);
  if (form === "even") expect(most).toBeLessThanOrEqual(Math.sqrt(3) * wanted);
  else expect(most).toBeGreaterThan(3 * wanted);
});

test("the fans of a convolution count its kernel", () => {
  const { deviation } = moments(filled([40, 20, 50], { kind: "xavier" }));
  expect(Math.abs(deviation / Math.sqrt(2 / (20 * 50 + 40 * 50)) - 1)).toBeLessThan(0.02);
});

test.each<[number, number, number]>([
  [5, 5, 1],
  [4, 9, 1],
  [9, 4, 1],
  [12, 3, 4],
])("orthogonal [%i, %i] in %i blocks", (all, columns, blocks) => {
  const rows = all / blocks;
  const numbers = filled([all, columns], { kind: "orthogonal", gain: 2, blocks });
  const [count, length] = rows <= columns ? [rows, columns] : [columns, rows];
  for (let block = 0; block < blocks; block++) {
    const at = (i: number, k: number) =>
      numbers[block * rows * columns + (rows <= columns ? i * columns + k : k * columns + i)];
    for (let i = 0; i < count; i++) {
      for (let j = 0; j <= i; j++) {
        let product = 0;
        for (let k = 0; k < length; k++) product += at(i, k) * at(j, k);
        expect(product).toBeCloseTo(i === j ? 4 : 0, 5);
      }
    }
  }
});

test("what cannot be filled is named", () => {
  const fill = (tensor: Tensor, initialiser: Initialiser) => () => initialise(tensor, initialiser);
  expect(fill(zeros(device, [3]), { kind: "xavier" })).toThrow("a tensor of shape [3] is no 1 matrix");
  expect(fill(zeros(device, [3, 2]), { kind: "orthogonal", blocks: 2 })).toThrow("[3, 2] is no 2 matrices");
  expect(fill(zeros(device, [3]), { kind: "normal", deviation: Number.NaN })).toThrow("deviation is NaN");
  expect(fill(zeros(device, [3]), { kind: "glorot" as "ones" })).toThrow(
    "kind is glorot, needed zeros, ones",
  );
});

test("numbers come from the device's generator where none is given", async () => {
  const [one, other] = [await openDevice({ seed: 4 }), await openDevice({ seed: 4 })];
  const drawn = [one, other].map((each) =>
    Array.from(initialise(zeros(each, [3]), { kind: "normal" }).read()),
  );
  expect(drawn[0]).toEqual(drawn[1]);
});
