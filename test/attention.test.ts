// Attention by its equations, entry by entry, and pooling over steps.
import { Generator, ints, type Tensor, tensor } from "unrolled";
import { lengthMask } from "unrolled/data";
import { Attention, type AttentionOptions, lastOutput, pool, type StepPooling } from "unrolled/nn";
import { select, swapAxes } from "unrolled/tensor";
import { describe, expect, test } from "vitest";
import { gradientErrors, leaf, numbersOf, reference, weighted } from "./gradients.ts";

const [T, B, U, Q, K, A, V] = [4, 2, 3, 5, 3, 2, 6];

/** [t][b][i] of a tensor of three axes. */
function nested(x: Tensor): number[][][] {
  const [first, second, third] = x.shape;
  const at = (i: number, j: number, k: number) => numbersOf(x)[(i * second + j) * third + k];
  return Array.from({ length: first }, (_, i) =>
    Array.from({ length: second }, (_, j) => Array.from({ length: third }, (_, k) => at(i, j, k))),
  );
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, entry, i) => sum + entry * b[i], 0);
const rowsOf = (x: Tensor): number[][] =>
  Array.from({ length: x.shape[0] }, (_, i) => numbersOf(x).slice(i * x.shape[1], (i + 1) * x.shape[1]));
const times = (matrix: readonly (readonly number[])[], x: readonly number[]) =>
  matrix.map((row) => dot(row, x));

type Score = (layer: Attention, q: readonly number[], k: readonly number[]) => number;

const kinds: readonly (readonly [AttentionOptions, Score])[] = [
  [{ kind: "dot", querySize: K, memorySize: K }, (_, q, k) => dot(q, k)],
  [{ kind: "scaled-dot", querySize: K, memorySize: K }, (_, q, k) => dot(q, k) / Math.sqrt(K)],
  [
    { kind: "general", querySize: Q, memorySize: K },
    (layer, q, k) => dot(times(rowsOf(layer.query!.weight), q), k),
  ],
  [
    { kind: "additive", querySize: Q, memorySize: K, hiddenSize: A },
    (layer, q, k) => {
      const [wq, uk] = [times(rowsOf(layer.query!.weight), q), times(rowsOf(layer.memory!.weight), k)];
      const bias = numbersOf(layer.memory!.bias!);
      return dot(
        numbersOf(layer.score!.weight),
        wq.map((entry, i) => Math.tanh(entry + uk[i] + bias[i])),
      );
    },
  ],
];

describe.each(kinds)("$kind", (options, score) => {
  const layer = new Attention(reference, { ...options, generator: new Generator(3) });
  const queries = leaf([U, B, options.querySize], 1);
  const memory = leaf([T, B, K], 2);
  const values = leaf([T, B, V], 4);
  const lengths = [4, 2];

  /** Weights and contexts by hand: [u][b][…]. */
  const byHand = (there: (t: number, b: number) => boolean, taken: Tensor) =>
    nested(queries).map((row) =>
      row.map((q, b) => {
        const powers = nested(memory).map((entry, t) =>
          there(t, b) ? Math.exp(score(layer, q, entry[b])) : 0,
        );
        const total = powers.reduce((sum, power) => sum + power, 0);
        const weights = powers.map((power) => power / total);
        const context = Array.from({ length: taken.shape[2] }, (_, i) =>
          nested(taken).reduce((sum, entry, t) => sum + weights[t] * entry[b][i], 0),
        );
        return { weights, context };
      }),
    );

  const expectClose = (made: readonly number[], wanted: readonly number[]) => {
    expect(made.length).toBe(wanted.length);
    made.forEach((entry, index) => {
      expect(entry).toBeCloseTo(wanted[index], 12);
    });
  };

  test("gives the contexts and weights of its equation", () => {
    const { context, weights } = layer.forward(queries, memory);
    const wanted = byHand(() => true, memory).flat();
    expect([context.shape, weights.shape]).toEqual([
      [U, B, K],
      [U, B, T],
    ]);
    expectClose(
      numbersOf(weights),
      wanted.flatMap((each) => each.weights),
    );
    expectClose(
      numbersOf(context),
      wanted.flatMap((each) => each.context),
    );
  });

  test("leaves out what lengths and a mask leave out, and takes values", () => {
    const numbers = [1, 1, 0, 1, 1, 1, 1, 1];
    const wanted = byHand((t, b) => t < lengths[b] && numbers[t * B + b] === 1, values).flat();
    for (const mask of [tensor(reference, numbers, [T, B]), ints(reference, numbers, [T, B])]) {
      const { context, weights } = layer.forward(queries, memory, { lengths, mask, values });
      expectClose(
        numbersOf(weights),
        wanted.flatMap((each) => each.weights),
      );
      expectClose(
        numbersOf(context),
        wanted.flatMap((each) => each.context),
      );
    }
  });

  test("of one query, and with sequences first, is the same", () => {
    const whole = layer.forward(queries, memory, { lengths });
    const one = layer.forward(select(queries, 1), memory, { lengths });
    expect([one.context.shape, one.weights.shape]).toEqual([
      [B, K],
      [B, T],
    ]);
    expectClose(numbersOf(one.context), numbersOf(select(whole.context, 1)));
    expectClose(numbersOf(one.weights), numbersOf(select(whole.weights, 1)));
    const turned = new Attention(reference, { ...options, batchFirst: true });
    for (const [name, parameter] of layer.namedParameters())
      turned.namedParameters().get(name)!.assign(parameter);
    const { context } = turned.forward(swapAxes(queries), swapAxes(memory), { lengths });
    expectClose(numbersOf(swapAxes(context)), numbersOf(whole.context));
  });

  test("has the gradients of central differences", () => {
    const leaves = new Map<string, Tensor>([
      ["queries", queries],
      ["memory", memory],
      ["values", values],
      ...layer.namedParameters(),
    ]);
    const run = () => layer.forward(queries, memory, { lengths, values });
    expect(gradientErrors(leaves, () => weighted(run().context, run().weights))).toBe("");
  });

  test("names what does not fit", () => {
    expect(() => layer.forward(queries, leaf([T, B, K + 1], 1))).toThrow(/Attention: query .* do not fit/);
    expect(() => layer.forward(queries, leaf([T, 1, K], 1))).toThrow(/Attention: query .* do not fit/);
    expect(() => layer.forward(queries, memory, { lengths: [5, 1] })).toThrow(
      "lengths must be 2 whole numbers",
    );
    expect(() => layer.forward(queries, memory, { mask: leaf([B, T], 1) })).toThrow("mask has shape [2, 4]");
    expect(() => layer.forward(queries, leaf([T, B], 1))).toThrow("a sequence has shape [4, 2]");
  });
});

test("an Attention that cannot be is refused", () => {
  expect(() => new Attention(reference, { kind: "dot", querySize: 2, memorySize: 3 })).toThrow(
    "needed equal sizes",
  );
  const kind = "cosine" as "dot";
  expect(() => new Attention(reference, { kind, querySize: 2, memorySize: 2 })).toThrow("kind is cosine");
});

describe("pool", () => {
  const lengths = [3, 1];
  const outputs = leaf([3, 2, 2], 5);
  const [h, scores] = [nested(outputs), leaf([3, 2], 6)];
  const steps = (b: number) => h.slice(0, lengths[b]).map((row) => row[b]);
  const shares = (b: number) => {
    const powers = rowsOf(scores)
      .slice(0, lengths[b])
      .map((row) => Math.exp(row[b]));
    return powers.map((power) => power / powers.reduce((sum, each) => sum + each, 0));
  };
  const units = [0, 1];
  const byHand: Record<StepPooling["kind"], (b: number) => number[]> = {
    last: (b) => h[lengths[b] - 1][b],
    max: (b) => units.map((i) => Math.max(...steps(b).map((step) => step[i]))),
    mean: (b) => units.map((i) => steps(b).reduce((sum, step) => sum + step[i], 0) / lengths[b]),
    attention: (b) => units.map((i) => steps(b).reduce((sum, step, t) => sum + step[i] * shares(b)[t], 0)),
  };

  test.each(["last", "max", "mean", "attention"] as const)("%s", (kind) => {
    const options = (kind === "attention" ? { kind, scores } : { kind }) as StepPooling;
    const pooled = pool(outputs, { ...options, lengths });
    expect(pooled.shape).toEqual([2, 2]);
    numbersOf(pooled).forEach((entry, index) => {
      expect(entry).toBeCloseTo([0, 1].flatMap(byHand[kind])[index], 12);
    });
    const turned = kind === "attention" ? { kind, scores: swapAxes(scores) } : { kind };
    const first = pool(swapAxes(outputs), { ...turned, lengths, batchFirst: true } as StepPooling);
    expect(numbersOf(first)).toEqual(numbersOf(pooled));
    // A whole sequence is one of its length.
    const whole = pool(outputs, options);
    expect(numbersOf(whole)).toEqual(numbersOf(pool(outputs, { ...options, lengths: [3, 3] })));
    const leaves = kind === "attention" ? { outputs, scores } : { outputs };
    expect(gradientErrors(leaves, () => weighted(pool(outputs, { ...options, lengths })))).toBe("");
  });

  test("what stands behind the end may be anything", () => {
    const numbers = numbersOf(outputs);
    numbers[6] = Number.NaN;
    const broken = tensor(reference, numbers, [3, 2, 2]);
    for (const options of [
      { kind: "last" },
      { kind: "max" },
      { kind: "mean" },
      { kind: "attention", scores },
    ] as const)
      expect(numbersOf(pool(broken, { ...options, lengths }))).toEqual(
        numbersOf(pool(outputs, { ...options, lengths })),
      );
  });

  test("lastOutput is the last of each, and mistakes are named", () => {
    expect(numbersOf(lastOutput(outputs, { lengths }))).toEqual([0, 1].flatMap(byHand.last));
    expect(numbersOf(lastOutput(outputs))).toEqual(h[2].flat());
    expect(() => lastOutput(leaf([3], 1))).toThrow("pool: outputs have shape [3]");
    expect(() => pool(outputs, { kind: "mean", lengths: [3] })).toThrow("lengths must be 2 whole numbers");
    expect(() => pool(outputs, { kind: "attention", scores: leaf([2, 3], 1) })).toThrow(
      "scores have shape [2, 3]",
    );
    expect(() => pool(outputs, { kind: "median" as "mean" })).toThrow("pool: kind is median");
  });
});

test("lengthMask has the steps that there are", () => {
  expect(numbersOf(lengthMask(reference, [3, 1]))).toEqual([1, 1, 1, 0, 1, 0]);
  const mask = lengthMask(leaf([2], 1), [1, 2], 4);
  expect(mask.shape).toEqual([4, 2]);
  expect(() => lengthMask(reference, [])).toThrow("lengthMask: there are 0 lengths");
  expect(() => lengthMask(reference, [3], 2)).toThrow(
    "lengthMask: lengths must be 1 whole numbers from 1 to 2",
  );
});
