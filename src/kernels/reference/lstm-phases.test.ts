import { describe, expect, test } from "vitest";
import { activationRows, sigmoid, tanh } from "../conformance/activation-rows.ts";
import type { Inputs, Workspace } from "./central-differences.ts";
import { dot, gradientErrors, minus, uniform, zeros } from "./central-differences.ts";

const T = 2;
const B = 4;
const H = 5;
/** Row 1 ended just before this step, row 3 long before. */
const lengthsOfRows = [9, T, T + 1, 0];
const rowEnded = (unit: number) => lengthsOfRows[Math.floor(unit / H)] <= T;

const usual = [sigmoid, tanh, tanh];
const together = { peepholes: true, apart: true, gateClip: 1.25, cellClip: 0.5 };

interface Variant {
  readonly name: string;
  readonly activations?: typeof activationRows;
  readonly peepholes?: boolean;
  readonly coupled?: boolean;
  readonly gateClip?: number;
  readonly cellClip?: number;
  /** Whether the output reads a function of c: here 2c, in place of a layer normalisation. */
  readonly apart?: boolean;
}

const variants: readonly Variant[] = [
  { name: "usual" },
  { name: "peepholes", peepholes: true },
  { name: "coupled", coupled: true },
  { name: "coupled, peepholes", coupled: true, peepholes: true },
  { name: "gateClip", gateClip: 1.25 },
  { name: "cellClip", cellClip: 0.5 },
  { name: "cOut apart", apart: true },
  { name: "everything, not coupled", ...together },
  { name: "everything", coupled: true, ...together },
  ...activationRows.map((row) => ({ name: row.name, activations: [row, row, row], peepholes: true })),
];

describe.each([
  { lengths: "equal lengths", unequal: false, tags: "long" },
  { lengths: "unequal lengths", unequal: true, tags: [] },
])("$lengths", ({ unequal, tags }) => {
  describe.each(variants)("$name", (variant) => {
    test.each([true, false])("the gradients of both phases, with dy %s", { tags }, (output) => {
      expect(phaseErrors(variant, unequal, output)).toBe("");
    });
  });
});

/** Central differences of both phases, one after the other, against their backward kernels. */
function phaseErrors(variant: Variant, unequal: boolean, output: boolean): string {
  const { gateClip = 0, cellClip = 0, activations = usual } = variant;
  const coupled = variant.coupled ? 1 : 0;
  const width = coupled ? 3 : 4;
  const [dh, dc, dy] = [uniform(B * H), uniform(B * H), uniform(B * H)];
  const before = uniform((width - 1) * H);
  // An ended row has no output at this step: its state is handed on, and dy does not count.
  const dhTotal = dh.map((entry, i) => (output && !(unequal && rowEnded(i)) ? entry + dy[i] : entry));
  const inputs: Inputs = {
    gates: uniform(B * width * H, -2, 2),
    cPrevious: uniform(B * H),
    hPrevious: uniform(B * H),
    peepholes: uniform((width - 1) * H),
  };

  const forward = (space: Workspace, at: Inputs) => {
    const { kernels, put, read } = space;
    const [gates, cPrevious, hPrevious, peepholes] = [at.gates, at.cPrevious, at.hPrevious, at.peepholes].map(
      put,
    );
    const [c, h] = [zeros(B * H), zeros(B * H)].map(put);
    const triples = put(activations.flatMap(({ triple }) => triple));
    const options = [variant.peepholes ? peepholes : 0, triples, gateClip] as const;
    const step = [unequal ? put(lengthsOfRows) : 0, T, B, H] as const;
    kernels.lstmStateForward(gates, cPrevious, c, ...options, cellClip, coupled, ...step);
    const cOut = variant.apart ? put(read(c, B * H).map((entry) => 2 * entry)) : c;
    kernels.lstmOutputForward(gates, c, cOut, hPrevious, h, ...options, coupled, ...step);
    return { gates, cPrevious, c, cOut, h, options, step };
  };

  return gradientErrors(
    inputs,
    (space, at) => {
      const { c, h } = forward(space, at);
      return dot(space.read(h, B * H), dhTotal) + dot(space.read(c, B * H), dc);
    },
    (space, at) => {
      const { kernels, put, read } = space;
      const { gates, cPrevious, c, cOut, options, step } = forward(space, at);
      const [dhPlace, dcPlace, dpeepholes] = [dh, dc, before].map(put);
      const dcOut = variant.apart ? put(zeros(B * H)) : dcPlace;
      const dyPlace = output ? put(dy) : 0;
      const gathered = [dhPlace, dcPlace, dcOut, dpeepholes] as const;
      kernels.lstmOutputBackward(gates, c, cOut, ...options, coupled, dyPlace, ...gathered, ...step);
      if (variant.apart) kernels.addScaled(dcOut, 2, dcPlace, B * H);
      kernels.lstmStateBackward(
        ...[gates, cPrevious, c, ...options, cellClip, coupled, dcPlace, dpeepholes, ...step],
      );
      return {
        gates: read(gates, B * width * H),
        cPrevious: read(dcPlace, B * H),
        hPrevious: read(dhPlace, B * H),
        ...(variant.peepholes ? { peepholes: minus(read(dpeepholes, before.length), before) } : {}),
      };
    },
  );
}
