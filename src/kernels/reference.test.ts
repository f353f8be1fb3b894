import { expect, test } from "vitest";
import type { Inputs, Workspace } from "./reference/central-differences.ts";
import { dot, gradientErrors, minus, uniform, workspace, zeros } from "./reference/central-differences.ts";

const M = 3;
const N = 7;

test.each(
  [
    ...[
      "identity",
      "exp",
      "tanh",
      "logistic",
      "relu",
      "log",
      "square root",
      "negation",
      "square",
      "reciprocal",
      "absolute value",
    ],
  ].map((name, operation) => ({ name, operation })),
)("unaryBackward of $name adds its gradient", ({ name, operation }) => {
  const positive = ["log", "square root", "reciprocal"].includes(name);
  const inputs = { x: positive ? uniform(N, 0.5, 3) : uniform(N, -2, 2) };
  const before = uniform(N);
  const dy = uniform(N);
  const forward = (space: Workspace, at: Inputs) => {
    const [x, y] = [at.x, zeros(N)].map(space.put);
    space.kernels.unary(operation, x, y, N);
    return { x, y };
  };
  const errors = gradientErrors(
    inputs,
    (space, at) => dot(space.read(forward(space, at).y, N), dy),
    (space, at) => {
      const { x, y } = forward(space, at);
      const [dyPlace, dx] = [dy, before].map(space.put);
      space.kernels.unaryBackward({ operation, x, y, dy: dyPlace, dx, n: N });
      return { x: minus(space.read(dx, N), before) };
    },
  );
  expect(errors).toBe("");
});

test.each([0, 1])("softmaxBackward, logarithm %i, adds its gradient", (logarithm) => {
  const before = uniform(M * N);
  const dy = uniform(M * N);
  const forward = (space: Workspace, at: Inputs) => {
    const [x, y] = [at.x, zeros(M * N)].map(space.put);
    space.kernels.softmax({ x, y, m: M, n: N, logarithm });
    return y;
  };
  const errors = gradientErrors(
    { x: uniform(M * N, -2, 2) },
    (space, at) => dot(space.read(forward(space, at), M * N), dy),
    (space, at) => {
      const y = forward(space, at);
      const [dyPlace, dx] = [dy, before].map(space.put);
      space.kernels.softmaxBackward({ y, dy: dyPlace, dx, m: M, n: N, logarithm });
      return { x: minus(space.read(dx, M * N), before) };
    },
  );
  expect(errors).toBe("");
});

test.each([
  [0, 0],
  [0, 1],
  [0.2, 0],
  [0.2, 1],
])("crossEntropyBackward, smoothing %f, accumulate %i", (smoothing, accumulate) => {
  const before = uniform(M * N);
  const dlosses = uniform(M);
  const ignored = 3;
  const targets = [N - 1, ignored, 0];
  const forward = (space: Workspace, at: Inputs) => {
    const [logits, places, losses, logSums] = [at.logits, targets, zeros(M), zeros(M)].map(space.put);
    space.kernels.crossEntropy({
      logits,
      targets: places,
      losses,
      logSums,
      ignoreIndex: ignored,
      smoothing,
      m: M,
      n: N,
    });
    return { logits, places, losses, logSums };
  };
  const errors = gradientErrors(
    { logits: uniform(M * N, -2, 2) },
    (space, at) => dot(space.read(forward(space, at).losses, M), dlosses),
    (space, at) => {
      const { logits, places, logSums } = forward(space, at);
      const [dl, dlogits] = [dlosses, before].map(space.put);
      space.kernels.crossEntropyBackward({
        logits,
        targets: places,
        logSums,
        dlosses: dl,
        dlogits,
        ignoreIndex: ignored,
        smoothing,
        m: M,
        n: N,
        accumulate,
      });
      return { logits: minus(space.read(dlogits, M * N), accumulate ? before : zeros(M * N)) };
    },
  );
  expect(errors).toBe("");
});

test("binaryCrossEntropyBackward adds its gradient", () => {
  const before = uniform(N);
  const dlosses = uniform(N);
  const targets = Float64Array.from([0, 1, 0.3, 0, 1, 0.9, 0.5]);
  const errors = gradientErrors(
    { logits: uniform(N, -3, 3) },
    (space, at) => {
      const [logits, targetPlace, losses] = [at.logits, targets, zeros(N)].map(space.put);
      space.kernels.binaryCrossEntropy(logits, targetPlace, losses, N);
      return dot(space.read(losses, N), dlosses);
    },
    (space, at) => {
      const [logits, targetPlace, dl, dlogits] = [at.logits, targets, dlosses, before].map(space.put);
      space.kernels.binaryCrossEntropyBackward({ logits, targets: targetPlace, dlosses: dl, dlogits, n: N });
      return { logits: minus(space.read(dlogits, N), before) };
    },
  );
  expect(errors).toBe("");
});

test("layerNormBackward adds the gradients of input, weight and bias", () => {
  const before = { x: uniform(M * N), weight: uniform(N), bias: uniform(N) };
  const dy = uniform(M * N);
  const forward = (space: Workspace, at: Inputs) => {
    const [x, weight, bias] = [at.x, at.weight, at.bias].map(space.put);
    const [y, statistics] = [zeros(M * N), zeros(2 * M)].map(space.put);
    space.kernels.layerNorm({ x, weight, bias, y, statistics, epsilon: 0.01, m: M, n: N });
    return { x, weight, y, statistics };
  };
  const errors = gradientErrors(
    { x: uniform(M * N, -2, 2), weight: uniform(N), bias: uniform(N) },
    (space, at) => dot(space.read(forward(space, at).y, M * N), dy),
    (space, at) => {
      const { x, weight, statistics } = forward(space, at);
      const [dyPlace, dx, dweight, dbias] = [dy, before.x, before.weight, before.bias].map(space.put);
      space.kernels.layerNormBackward({ x, weight, statistics, dy: dyPlace, dx, dweight, dbias, m: M, n: N });
      return {
        x: minus(space.read(dx, M * N), before.x),
        weight: minus(space.read(dweight, N), before.weight),
        bias: minus(space.read(dbias, N), before.bias),
      };
    },
  );
  expect(errors).toBe("");
});

test("scatterAddRows is the gradient of gatherRows", () => {
  const ids = [1, 2, 1, -1, 3];
  const rows = 3;
  const dys = uniform(ids.length * N);
  const before = uniform(rows * N);
  const errors = gradientErrors(
    { table: uniform(rows * N) },
    (space, at) => {
      const [table, places, ys] = [at.table, ids, zeros(ids.length * N)].map(space.put);
      space.kernels.gatherRows({ table, ids: places, ys, n: ids.length, width: N, rows });
      return dot(space.read(ys, ids.length * N), dys);
    },
    (space) => {
      const [dysPlace, places, dtable] = [dys, ids, before].map(space.put);
      space.kernels.scatterAddRows({ dys: dysPlace, ids: places, dtable, n: ids.length, width: N, rows });
      return { table: minus(space.read(dtable, rows * N), before) };
    },
  );
  expect(errors).toBe("");
});

const STEPS = 3;
const mask = { seed: 11, draw: 22, place: 33 };
const half = { ...mask, keep: 0.5 };

test.each([0, 1])("dropout of the gradient is the gradient of dropout, locked %i", (locked) => {
  const size = STEPS * M * N;
  const dys = uniform(size);
  const apply = (space: Workspace, values: Float64Array) => {
    const [x, y] = [values, zeros(size)].map(space.put);
    space.kernels.dropout({ x, y, keep: 0.6, ...mask, firstRow: 4, locked, steps: STEPS, rows: M, width: N });
    return space.read(y, size);
  };
  const errors = gradientErrors(
    { xs: uniform(size) },
    (space, at) => dot(apply(space, at.xs), dys),
    (space) => ({ xs: apply(space, dys) }),
  );
  expect(errors).toBe("");
});

test("dropout's mask does not depend on how the rows are split", () => {
  const space = workspace();
  const [x, whole, part] = [new Float64Array(6 * N).fill(1), zeros(6 * N), zeros(2 * N)].map(space.put);
  space.kernels.dropout({ x, y: whole, ...half, firstRow: 0, locked: 0, steps: 1, rows: 6, width: N });
  space.kernels.dropout({ x, y: part, ...half, firstRow: 4, locked: 0, steps: 1, rows: 2, width: N });
  expect(space.read(part, 2 * N)).toEqual(space.read(whole + 4 * N, 2 * N));
  expect(new Set(space.read(whole, 6 * N))).toEqual(new Set([0, 2]));
});

test("dropout draws a mask for each step, or one for all where it is locked", () => {
  const space = workspace();
  const [x, free, locked] = [new Float64Array(2 * M * N).fill(1), zeros(2 * M * N), zeros(2 * M * N)].map(
    space.put,
  );
  space.kernels.dropout({ x, y: free, ...half, firstRow: 0, locked: 0, steps: 2, rows: M, width: N });
  space.kernels.dropout({ x, y: locked, ...half, firstRow: 0, locked: 1, steps: 2, rows: M, width: N });
  const firstStep = space.read(free, M * N);
  expect(space.read(free + M * N, M * N)).not.toEqual(firstStep);
  expect(space.read(locked, 2 * M * N)).toEqual([...firstStep, ...firstStep]);
});
