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
  { cell: "GRU", gates: 3 },
  { cell: "minimal gated unit", gates: 2 },
].flatMap((cell) => [
  { ...cell, name: "usual", activations: [sigmoid, tanh], gateClip: 0 },
  { ...cell, name: "gateClip", activations: [sigmoid, tanh], gateClip: 1.25 },
  ...activationRows.map((row) => ({ ...cell, name: row.name, activations: [row, row], gateClip: 0 })),
]);

/** W_hn is one in all units but for a turn by one: unit u of the candidate reads unit u + 1 of the gated h. */
function multiply(space: Workspace, gated: number, sums: number, gates: number): void {
  for (let b = 0; b < B; b++) {
    for (let u = 0; u < H; u++) {
      const candidate = sums + (b * gates + gates - 1) * H + u;
      space.kernels.addScaled(gated + b * H + ((u + 1) % H), 1, candidate, 1);
    }
  }
}

function multiplyBackward(space: Workspace, sums: number, gates: number, dgated: number): void {
  for (let b = 0; b < B; b++) {
    for (let u = 0; u < H; u++) {
      const candidate = sums + (b * gates + gates - 1) * H + u;
      space.kernels.addScaled(candidate, 1, dgated + b * H + ((u + 1) % H), 1);
    }
  }
}

describe.each(variants)("both phases backward, $cell, $name", ({ gates, activations, gateClip }) => {
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
      const [sums, hp] = [at.sums, at.hPrevious].map(space.put);
      const [h, gated, places] = [zeros(B * H), uniform(B * H), triples].map(space.put);
      const lengths = unequal ? space.put(lengthsOfRows) : 0;
      const options = [places, gateClip, gates, lengths, T, B, H] as const;
      space.kernels.gatedForward(sums, hp, gated, ...options);
      multiply(space, gated, sums, gates);
      space.kernels.gatedCandidateForward(sums, hp, h, ...options);
      return { sums, hp, h, options };
    };
    const errors = gradientErrors(
      { sums: uniform(B * gates * H, -2, 2), hPrevious: uniform(B * H) },
      (space, at) => dot(space.read(forward(space, at).h, B * H), dhTotal),
      (space, at) => {
        const { sums, hp, options } = forward(space, at);
        const [dhPlace, dyPlace, dgated] = [dh, dy, zeros(B * H)].map(space.put);
        const dmix = gates === 2 ? space.put(uniform(B * H)) : 0;
        space.kernels.gatedCandidateBackward(sums, hp, output ? dyPlace : 0, dhPlace, dmix, ...options);
        multiplyBackward(space, sums, gates, dgated);
        space.kernels.gatedBackward(sums, hp, dgated, dmix, dhPlace, ...options);
        return {
          sums: space.read(sums, B * gates * H),
          hPrevious: space.read(dhPlace, B * H),
        };
      },
    );
    expect(errors).toBe("");
  });
});
