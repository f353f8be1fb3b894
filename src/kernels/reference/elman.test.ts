import { describe, expect, test } from "vitest";
import { activationRows } from "../conformance/activation-rows.ts";
import type { Inputs, Workspace } from "./central-differences.ts";
import { dot, gradientErrors, uniform, zeros } from "./central-differences.ts";

const T = 2;
const B = 4;
const H = 5;
/** Row 1 ended just before this step, row 3 long before. */
const lengthsOfRows = [9, T, T + 1, 0];
const rowEnded = (unit: number) => lengthsOfRows[Math.floor(unit / H)] <= T;

describe.each(activationRows)("elmanVariantBackward, $name", ({ triple }) => {
  test.each([
    { unequal: false, output: true, gateClip: 0 },
    { unequal: true, output: true, gateClip: 0 },
    { unequal: true, output: false, gateClip: 0 },
    { unequal: false, output: true, gateClip: 1.25 },
  ])("unequal lengths $unequal, dy $output, gateClip $gateClip", ({ unequal, output, gateClip }) => {
    const [dh, dy] = [uniform(B * H), uniform(B * H)];
    // An ended row has no output at this step: its state is handed on, and dy does not count.
    const dhTotal = dh.map((entry, i) => (output && !(unequal && rowEnded(i)) ? entry + dy[i] : entry));
    const forward = (space: Workspace, { sums, hPrevious }: Inputs) => {
      const [s, hp, h, activations] = [sums, hPrevious, zeros(B * H), triple].map(space.put);
      const options = [activations, gateClip, unequal ? space.put(lengthsOfRows) : 0, T, B, H] as const;
      space.kernels.elmanVariantForward(s, hp, h, ...options);
      return { h, options };
    };
    const errors = gradientErrors(
      { sums: uniform(B * H, -2, 2), hPrevious: uniform(B * H) },
      (space, at) => dot(space.read(forward(space, at).h, B * H), dhTotal),
      (space, at) => {
        const { h, options } = forward(space, at);
        const [dhPlace, dsums] = [dh, uniform(B * H)].map(space.put);
        space.kernels.elmanVariantBackward(h, dsums, output ? space.put(dy) : 0, dhPlace, ...options);
        return { sums: space.read(dsums, B * H), hPrevious: space.read(dhPlace, B * H) };
      },
    );
    expect(errors).toBe("");
  });
});
