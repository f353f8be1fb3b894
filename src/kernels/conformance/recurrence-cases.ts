import type { Case } from "./case.ts";
import { rounded, shapes } from "./case.ts";
import type { Stage } from "./stage.ts";

const STEP = 2;

/** Rows that ended long ago, just now, and not yet. */
function someLengths(batch: number): number[] {
  return Array.from({ length: batch }, (_, b) => [STEP + 1, STEP, 0, STEP + 9, STEP - 1][b % 5]);
}

/** Sums before an activation: mostly moderate, every seventh far into saturation. */
function sums(stage: Stage, name: string, length: number): number {
  const large = [-1e4, -100, -30, 30, 100, 1e4];
  return stage.floats(
    name,
    Array.from({ length }, (_, i) =>
      i % 7 === 6 ? large[stage.random.integer(6)] : stage.random.uniformBetween(-4, 4),
    ),
  );
}

/** What an activation gives between low and high, its saturated ends included. */
function activations(stage: Stage, name: string, length: number, low: (i: number) => number): number {
  return stage.floats(
    name,
    Array.from({ length }, (_, i) => {
      if (i % 11 === 9) return low(i);
      return i % 11 === 10 ? 1 : stage.random.uniformBetween(low(i), 1);
    }),
  );
}

interface Options {
  readonly batch: number;
  readonly hidden: number;
  readonly unequal: boolean;
}

const options: readonly Options[] = shapes.flatMap(([batch, hidden]) =>
  [false, true].map((unequal) => ({ batch, hidden, unequal })),
);

const describe = ({ batch, hidden, unequal }: Options) => `B${batch} H${hidden}${unequal ? ", lengths" : ""}`;

function lengthsOf(stage: Stage, { batch, unequal }: Options): number {
  return unequal ? stage.ints("lengths", someLengths(batch)) : 0;
}

function lstmForward(option: Options): Case {
  const { batch, hidden } = option;
  return {
    name: describe(option),
    kernel: "lstmForward",
    tolerance: rounded,
    run(stage) {
      const gates = sums(stage, "gates", batch * 4 * hidden);
      const [cPrevious, c, hPrevious, h] = ["cPrevious", "c", "hPrevious", "h"].map((name) =>
        stage.uniform(name, batch * hidden, -3, 3),
      );
      const lengths = lengthsOf(stage, option);
      stage.kernels.lstmForward(gates, cPrevious, c, hPrevious, h, lengths, STEP, batch, hidden);
    },
  };
}

function lstmBackward(option: Options, output: boolean): Case {
  const { batch, hidden } = option;
  return {
    name: `${describe(option)}${output ? "" : ", no dy"}`,
    kernel: "lstmBackward",
    tolerance: rounded,
    run(stage) {
      const isCandidate = (i: number) => Math.floor(i / hidden) % 4 === 2;
      const gates = activations(stage, "gates", batch * 4 * hidden, (i) => (isCandidate(i) ? -1 : 0));
      const [cPrevious, c, dh, dc] = ["cPrevious", "c", "dh", "dc"].map((name) =>
        stage.uniform(name, batch * hidden, -2, 2),
      );
      const dy = output ? stage.uniform("dy", batch * hidden) : 0;
      const lengths = lengthsOf(stage, option);
      stage.kernels.lstmBackward(gates, cPrevious, c, dy, dh, dc, lengths, STEP, batch, hidden);
    },
  };
}

function gruForward(option: Options): Case {
  const { batch, hidden } = option;
  return {
    name: describe(option),
    kernel: "gruForward",
    // r∘hn reaches 100 in the saturated entries, and its rounding with it.
    tolerance: { relative: 2e-6, absolute: 1e-5 },
    run(stage) {
      const gatesX = sums(stage, "gatesX", batch * 3 * hidden);
      const gatesH = stage.uniform("gatesH", batch * 3 * hidden, -4, 4);
      const hPrevious = stage.uniform("hPrevious", batch * hidden);
      const h = stage.uniform("h", batch * hidden);
      const lengths = lengthsOf(stage, option);
      stage.kernels.gruForward(gatesX, gatesH, hPrevious, h, lengths, STEP, batch, hidden);
    },
  };
}

function gruBackward(option: Options, output: boolean): Case {
  const { batch, hidden } = option;
  return {
    name: `${describe(option)}${output ? "" : ", no dy"}`,
    kernel: "gruBackward",
    tolerance: rounded,
    run(stage) {
      const isCandidate = (i: number) => Math.floor(i / hidden) % 3 === 2;
      const gatesX = activations(stage, "gatesX", batch * 3 * hidden, (i) => (isCandidate(i) ? -1 : 0));
      const gatesH = stage.uniform("gatesH", batch * 3 * hidden, -4, 4);
      const hPrevious = stage.uniform("hPrevious", batch * hidden);
      const dy = output ? stage.uniform("dy", batch * hidden) : 0;
      const dh = stage.uniform("dh", batch * hidden);
      const lengths = lengthsOf(stage, option);
      stage.kernels.gruBackward(gatesX, gatesH, hPrevious, dy, dh, lengths, STEP, batch, hidden);
    },
  };
}

/** The numbers of tanh and relu in `unary`. */
const elmanOperations = [2, 4];

function elmanForward(option: Options, operation: number): Case {
  const { batch, hidden } = option;
  return {
    name: `${operation === 2 ? "tanh" : "relu"}, ${describe(option)}`,
    kernel: "elmanForward",
    tolerance: rounded,
    run(stage) {
      const x = sums(stage, "sums", batch * hidden);
      const hPrevious = stage.uniform("hPrevious", batch * hidden);
      const h = stage.uniform("h", batch * hidden);
      stage.kernels.elmanForward(operation, x, hPrevious, h, lengthsOf(stage, option), STEP, batch, hidden);
    },
  };
}

function elmanBackward(option: Options, operation: number, output: boolean): Case {
  const { batch, hidden } = option;
  return {
    name: `${operation === 2 ? "tanh" : "relu"}, ${describe(option)}${output ? "" : ", no dy"}`,
    kernel: "elmanBackward",
    tolerance: rounded,
    run(stage) {
      const h = activations(stage, "h", batch * hidden, () => (operation === 2 ? -1 : 0));
      const dsums = stage.uniform("dsums", batch * hidden);
      const dy = output ? stage.uniform("dy", batch * hidden) : 0;
      const dh = stage.uniform("dh", batch * hidden);
      const lengths = lengthsOf(stage, option);
      stage.kernels.elmanBackward(operation, h, dsums, dy, dh, lengths, STEP, batch, hidden);
    },
  };
}

export const recurrenceCases: readonly Case[] = options.flatMap((option) => [
  lstmForward(option),
  gruForward(option),
  ...elmanOperations.map((operation) => elmanForward(option, operation)),
  ...[true, false].flatMap((output) => [
    lstmBackward(option, output),
    gruBackward(option, output),
    ...elmanOperations.map((operation) => elmanBackward(option, operation, output)),
  ]),
]);
