import { expect, test } from "vitest";
import { Linear } from "../layers/linear.ts";
import { openDevice } from "../tensor/device.ts";
import { scaled } from "../tensor/operations/arithmetic.ts";
import { tensor } from "../tensor/tensor.ts";
import { customLoss } from "./custom-loss.ts";
import { meanSquare } from "./mean-square.ts";

const device = await openDevice({ backend: "wasm" });

/** meanSquare to zeros, by hand. */
const byHand = (numbers: Float32Array) => ({
  loss: numbers.reduce((sum, entry) => sum + entry ** 2, 0) / numbers.length,
  gradient: numbers.map((entry) => (2 * entry) / numbers.length),
});

test("agrees with the operation that it takes the place of, inside a scope, behind layers and before a factor", async () => {
  const layer = new Linear(device, { inputSize: 2, outputSize: 3 });
  const x = tensor(device, [1, 2, 3, 4], [2, 2]);
  const gradients = async (lossOf: (y: ReturnType<Linear["forward"]>) => ReturnType<typeof meanSquare>) => {
    layer.zeroGrad();
    const loss = device.scope(() => {
      const made = scaled(lossOf(layer.forward(x)), 3);
      made.backward();
      return made.read()[0];
    });
    return [loss, ...(await layer.weight.grad!.toArray()), ...(await layer.bias!.grad!.toArray())];
  };
  const expected = await gradients((y) => meanSquare(y, tensor(device, new Float32Array(6), [2, 3])));
  const found = await gradients((y) => customLoss(y, byHand));
  for (const [place, number] of expected.entries()) expect(found[place], `[${place}]`).toBeCloseTo(number, 5);
});

test("is a constant where nothing is recorded", () => {
  const x = tensor(device, [1, 2], [2], { requiresGrad: true });
  expect(device.withoutGradients(() => customLoss(x, byHand)).requiresGrad).toBe(false);
});

test("refuses what is no loss with its gradient", () => {
  const x = tensor(device, [1, 2], [2], { requiresGrad: true });
  expect(() => customLoss(x, () => ({ loss: 1, gradient: [1] }))).toThrow(
    "customLoss: x [2] needs a gradient of 2 numbers, got 1",
  );
  const soon = async () => ({ loss: 1, gradient: [1, 1] });
  expect(() => customLoss(x, soon as never)).toThrow("the callback must return { loss, gradient }");
});
