import { describe, expect, test } from "vitest";
import type { Inputs, Workspace } from "./central-differences.ts";
import { dot, gradientErrors, uniform, zeros } from "./central-differences.ts";

const T = 2;
const B = 4;
const H = 5;
/** Row 1 ended just before this step, row 3 long before. */
const lengthsOfRows = [9, T, T + 1, 0];
const rowEnded = (b: number) => lengthsOfRows[b] <= T;

describe.each([
  { name: "equal lengths", unequal: false },
  { name: "unequal lengths", unequal: true },
])("one step, $name", ({ unequal }) => {
  const putLengths = (space: Workspace) => (unequal ? space.put(lengthsOfRows) : 0);
  const dh = uniform(B * H);
  const dc = uniform(B * H);
  const dy = uniform(B * H);
  // An ended row has no output at this step: its state is handed on, and dy does not count.
  const dhAndOutput = dh.map((entry, i) => (unequal && rowEnded(Math.floor(i / H)) ? entry : entry + dy[i]));

  test.each([true, false])("lstmBackward, with dy %s", (output) => {
    const inputs = { gates: uniform(B * 4 * H, -2, 2), cPrevious: uniform(B * H), hPrevious: uniform(B * H) };
    const forward = (space: Workspace, { gates, cPrevious, hPrevious }: Inputs) => {
      const [g, cp, hp] = [gates, cPrevious, hPrevious].map(space.put);
      const [c, h] = [zeros(B * H), zeros(B * H)].map(space.put);
      space.kernels.lstmForward(g, cp, c, hp, h, putLengths(space), T, B, H);
      return { g, cp, c, h };
    };
    const errors = gradientErrors(
      inputs,
      (space, at) => {
        const { c, h } = forward(space, at);
        return dot(space.read(h, B * H), output ? dhAndOutput : dh) + dot(space.read(c, B * H), dc);
      },
      (space, at) => {
        const { g, cp, c } = forward(space, at);
        const [dhPlace, dcPlace, dyPlace] = [dh, dc, dy].map(space.put);
        const lengths = putLengths(space);
        space.kernels.lstmBackward(g, cp, c, output ? dyPlace : 0, dhPlace, dcPlace, lengths, T, B, H);
        return {
          gates: space.read(g, B * 4 * H),
          cPrevious: space.read(dcPlace, B * H),
          hPrevious: space.read(dhPlace, B * H),
        };
      },
    );
    expect(errors).toBe("");
  });

  test.each([true, false])("gruBackward, with dy %s", (output) => {
    const inputs = {
      gatesX: uniform(B * 3 * H, -2, 2),
      gatesH: uniform(B * 3 * H, -2, 2),
      hPrevious: uniform(B * H),
    };
    const forward = (space: Workspace, { gatesX, gatesH, hPrevious }: Inputs) => {
      const [gx, gh, hp, h] = [gatesX, gatesH, hPrevious, zeros(B * H)].map(space.put);
      space.kernels.gruForward(gx, gh, hp, h, putLengths(space), T, B, H);
      return { gx, gh, hp, h };
    };
    const errors = gradientErrors(
      inputs,
      (space, at) => dot(space.read(forward(space, at).h, B * H), output ? dhAndOutput : dh),
      (space, at) => {
        const { gx, gh, hp } = forward(space, at);
        const [dhPlace, dyPlace] = [dh, dy].map(space.put);
        space.kernels.gruBackward(gx, gh, hp, output ? dyPlace : 0, dhPlace, putLengths(space), T, B, H);
        return {
          gatesX: space.read(gx, B * 3 * H),
          gatesH: space.read(gh, B * 3 * H),
          hPrevious: space.read(dhPlace, B * H),
        };
      },
    );
    expect(errors).toBe("");
  });

  test.each([
    ["tanh", 2, true],
    ["tanh", 2, false],
    ["relu", 4, true],
  ] as const)("elmanBackward, %s (%i), with dy %s", (_, operation, output) => {
    const inputs = { sums: uniform(B * H, -2, 2), hPrevious: uniform(B * H) };
    const forward = (space: Workspace, { sums, hPrevious }: Inputs) => {
      const [s, hp, h] = [sums, hPrevious, zeros(B * H)].map(space.put);
      space.kernels.elmanForward(operation, s, hp, h, putLengths(space), T, B, H);
      return h;
    };
    const errors = gradientErrors(
      inputs,
      (space, at) => dot(space.read(forward(space, at), B * H), output ? dhAndOutput : dh),
      (space, at) => {
        const h = forward(space, at);
        const [dhPlace, dyPlace, dsums] = [dh, dy, uniform(B * H)].map(space.put);
        const lengths = putLengths(space);
        space.kernels.elmanBackward(operation, h, dsums, output ? dyPlace : 0, dhPlace, lengths, T, B, H);
        return { sums: space.read(dsums, B * H), hPrevious: space.read(dhPlace, B * H) };
      },
    );
    expect(errors).toBe("");
  });

  test.each([true, false])("ugrnnBackward, with dy %s", (output) => {
    const inputs = { sums: uniform(B * 2 * H, -2, 2), hBefore: uniform(B * H) };
    const forward = (space: Workspace, { sums, hBefore }: Inputs) => {
      const [s, before, h] = [sums, hBefore, zeros(B * H)].map(space.put);
      space.kernels.ugrnnForward(s, before, h, putLengths(space), T, B, H);
      return { s, before, h };
    };
    const errors = gradientErrors(
      { sums: inputs.sums },
      (space, at) =>
        dot(space.read(forward(space, { ...inputs, ...at }).h, B * H), output ? dhAndOutput : dh),
      (space, at) => {
        const { s, before } = forward(space, { ...inputs, ...at });
        const [dhPlace, dyPlace] = [dh, dy].map(space.put);
        const lengths = putLengths(space);
        space.kernels.ugrnnBackward(s, before, output ? dyPlace : 0, dhPlace, lengths, T, B, H);
        return { sums: space.read(s, B * 2 * H) };
      },
    );
    expect(errors).toBe("");
  });
});
