import { describe, expect, test } from "vitest";
import { activationRows, sigmoid, tanh } from "../conformance/activation-rows.ts";
import type { Inputs, Workspace } from "./central-differences.ts";
import { dot, gradientErrors, uniform, zeros } from "./central-differences.ts";

const T = 2;
const B = 4;
const H = 5;
/** Row 1 ended just before this step, row 3 long before. */
const lengthsOfRows = [9, T, T + 1, 0];
const rowEnded = (unit: number) => lengthsOfRows[Math.floor(unit / H)] <= T;

const variants = [
  { name: "usual", activations: [sigmoid, tanh], gateClip: 0 },
  { name: "gateClip", activations: [sigmoid, tanh], gateClip: 1.25 },
  ...activationRows.map((row) => ({ name: row.name, activations: [row, row], gateClip: 0 })),
];

describe.each(variants)("gruVariantBackward, $name", ({ activations, gateClip }) => {
  test.each([
    { unequal: false, output: true },
    { unequal: true, output: true },
    { unequal: true, output: false },
  ])("unequal lengths $unequal, dy $output", ({ unequal, output }) => {
    const [dh, dy] = [uniform(B * H), uniform(B * H)];
    // An ended row has no output at this step: its state is handed on, and dy does not count.
    const dhTotal = dh.map((entry, i) => (output && !(unequal && rowEnded(i)) ? entry + dy[i] : entry));
    const triples = activations.flatMap(({ triple }) => triple);
    const forward = (space: Workspace, at: Inputs) => {
      const [x, r, hp] = [at.gatesX, at.gatesH, at.hPrevious].map(space.put);
      const [h, places] = [zeros(B * H), triples].map(space.put);
      const options = [places, gateClip, unequal ? space.put(lengthsOfRows) : 0, T, B, H] as const;
      space.kernels.gruVariantForward(x, r, hp, h, ...options);
      return { x, r, hp, h, options };
    };
    const errors = gradientErrors(
      {
        gatesX: uniform(B * 3 * H, -2, 2),
        gatesH: uniform(B * 3 * H, -2, 2),
        hPrevious: uniform(B * H),
      },
      (space, at) => dot(space.read(forward(space, at).h, B * H), dhTotal),
      (space, at) => {
        const { x, r, hp, options } = forward(space, at);
        const [dhPlace, dyPlace] = [dh, dy].map(space.put);
        space.kernels.gruVariantBackward(x, r, hp, output ? dyPlace : 0, dhPlace, ...options);
        return {
          gatesX: space.read(x, B * 3 * H),
          gatesH: space.read(r, B * 3 * H),
          hPrevious: space.read(dhPlace, B * H),
        };
      },
    );
    expect(errors).toBe("");
  });
});
