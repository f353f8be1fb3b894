import { inspect } from "node:util";
import { expect, test } from "vitest";
import { Parameter } from "../module/parameter.ts";
import { openDevice } from "./device.ts";
import { ints, type Tensor, tensor } from "./tensor.ts";

const [device, reference] = [await openDevice(), await openDevice({ backend: "reference" })];

test("console.log shows a tensor's shape, type and first numbers", () => {
  const numbers = tensor(device, [1, 2.5, -1 / 3, 1e-8, 4, 5], [2, 3]);
  expect(inspect(numbers)).toBe("Tensor [2, 3] float32 [1, 2.5, -0.33333, 1e-8, 4, 5]");
  expect(inspect({ hidden: ints(device, [7, 8]) })).toContain("hidden: Tensor [2] int32 [7, 8]");
  expect(`${tensor(reference, [Number.NaN], [])}`).toBe("Tensor [] float64 [NaN]");
  expect(
    inspect(
      tensor(
        device,
        Float32Array.from({ length: 100 }, (_, i) => i),
      ),
    ),
  ).toBe("Tensor [100] float32 [0, 1, 2, 3, 4, 5, …]");
  expect(inspect(new Parameter(device, [2]))).toBe("Parameter [2] float32 [0, 0]");
});

test("a freed one says so", () => {
  let gone: Tensor | undefined;
  device.scope(() => {
    gone = tensor(device, [1, 2]);
  });
  expect(inspect(gone)).toBe("Tensor [2] float32 (freed)");
});
