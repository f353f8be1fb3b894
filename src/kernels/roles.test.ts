import { expect, test } from "vitest";
import type { Kernels, Role } from "./contract.ts";

/** Never called: the compiler reads it, and says so if it finds nothing wrong where something is expected to be. */
function swapped(
  { lstmForward, sgd }: Kernels,
  w: Role<"w">,
  g: Role<"g">,
  h: Role<"h">,
  c: Role<"c">,
): void {
  sgd(w, g, 0, 0.1, 0, 0, 0, 1);
  // @ts-expect-error a gradient in the place of a weight
  sgd(g, w, 0, 0.1, 0, 0, 0, 1);
  lstmForward(0, 0, c, 0, h, 0, 0, 1, 1);
  // @ts-expect-error h in the place of c
  lstmForward(0, 0, h, 0, c, 0, 0, 1, 1);
}

test("arguments of kernels that change places are noticed by the compiler", () => {
  expect(swapped).toBeTypeOf("function");
});
