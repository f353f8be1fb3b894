import { expect, test } from "vitest";
import { openDevice } from "../tensor/device.ts";
import { ints, tensor } from "../tensor/tensor.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { targetsOf } from "./reduce-losses.ts";

test.each(["wasm", "reference"] as const)(
  "where every target is ignored, the mean is NaN, the sum 0, and neither leaves a gradient other than 0: %s",
  async (backend) => {
    const device = await openDevice({ backend });
    for (const [reduction, expected] of [
      ["mean", Number.NaN],
      ["sum", 0],
    ] as const) {
      const logits = tensor(device, [1, 2, 3, 4], [2, 2], { requiresGrad: true });
      const loss = crossEntropy(logits, ints(device, [-100, -100]), { reduction });
      loss.backward();
      expect(await loss.item()).toBe(expected);
      expect(await logits.grad!.toArray()).toEqual(new Float32Array(4));
    }
  },
);

test("the mean says over how many targets it is", async () => {
  const device = await openDevice({ backend: "wasm" });
  const logits = tensor(device, [1, 2, 3, 4], [2, 2]);
  const targets = ints(device, [1, -100]);
  expect(targetsOf(crossEntropy(logits, targets))).toBe(1);
  expect(targetsOf(crossEntropy(logits, targets, { reduction: "sum" }))).toBe(undefined);
});
