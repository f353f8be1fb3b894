import { setFlagsFromString } from "node:v8";
import { describe, expect, test } from "vitest";
import { openEveryBackend } from "./conformance/open.ts";
import type { Kernels } from "./contract.ts";
import type { Memory } from "./reference/memory.ts";

// Node 20 has relaxed SIMD behind a flag, so that this backend is tested there too.
if (process.version.startsWith("v20.")) setFlagsFromString("--experimental-wasm-relaxed-simd");

/** Every bit pattern of a float32, NaN and infinities included, in steps of a prime. */
const STRIDE = 509;
const CHUNK = 1 << 16;
const ULPS = 4;
const SMALLEST_NORMAL = 2 ** -126;

const functions = [
  { name: "exp", apply: unary(1), exactly: Math.exp, least: 0, most: Number.POSITIVE_INFINITY },
  { name: "tanh", apply: unary(2), exactly: Math.tanh, least: -1, most: 1 },
  { name: "logistic", apply: unary(3), exactly: (x: number) => 1 / (1 + Math.exp(-x)), least: 0, most: 1 },
  {
    name: "elu",
    apply: activation(8, 1),
    exactly: (x: number) => (x < 0 ? Math.expm1(x) : x),
    least: -1,
    most: Number.POSITIVE_INFINITY,
  },
  {
    name: "softsign",
    apply: activation(9, 0),
    exactly: (x: number) => x / (1 + Math.abs(x)),
    least: -1,
    most: 1,
  },
  {
    name: "softplus",
    apply: activation(10, 0),
    exactly: (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    least: 0,
    most: Number.POSITIVE_INFINITY,
  },
];

type Apply = (kernels: Kernels, heap: Memory, x: number, y: number, n: number) => void;

/** A function of the kernel `unary`. */
function unary(operation: number): Apply {
  return (kernels, _, x, y, n) => kernels.unary(operation, x, y, n);
}

/** An activation of the cells, as an Elman step of one row. Its triple stands behind the results. */
function activation(code: number, alpha: number): Apply {
  return (kernels, heap, x, y, n) => {
    heap.floats().set([code, alpha, 0], y + CHUNK);
    kernels.elmanVariantForward(x, x, y, y + CHUNK, 0, 0, 0, 1, n);
  };
}

/** Patterns around which functions change their course: zeros, one, saturation and overflow, tiny and subnormal arguments. */
const turningPoints = [
  ...[0, 2 ** -149, 1e-42, SMALLEST_NORMAL, 1e-30, 1e-10, 2 ** -24, 2 ** -12, 1e-3, 0.1, Math.LN2 / 4],
  ...[
    Math.LN2 / 2,
    Math.LN2,
    1,
    9.010913,
    10,
    16.635532,
    20,
    87.33654,
    88.02969,
    88.72284,
    89,
    103.97208,
    104,
  ],
  ...[127.5, 3.4028234663852886e38, Number.POSITIVE_INFINITY],
];

function sweep(): Float32Array {
  const near = turningPoints.flatMap((point) => [
    ...Array.from({ length: 601 }, (_, step) => Math.max(rank(point) + step - 300, 0)),
  ]);
  const coarse = Math.ceil(2 ** 32 / STRIDE);
  const patterns = new Int32Array(coarse + 2 * near.length);
  for (let i = 0; i < coarse; i++) patterns[i] = i * STRIDE;
  patterns.set(near, coarse);
  patterns.set(
    near.map((positive) => positive | (1 << 31)),
    coarse + near.length,
  );
  return new Float32Array(patterns.buffer);
}

const float = new Float32Array(1);
const pattern = new Int32Array(float.buffer);

/** A float32's place among all float32 in order: neighbours differ by one, and both zeros stand at 0. */
function rank(x: number): number {
  float[0] = x;
  return pattern[0] < 0 ? -(pattern[0] & 0x7fffffff) : pattern[0];
}

/** Within 4 units of the correctly rounded value; what is below the normal numbers may be zero. NaN is near NaN alone. */
function isNear(result: number, reference: number): boolean {
  if (Number.isNaN(reference)) return Number.isNaN(result);
  if (result * reference < 0) return false;
  const flushed = Math.abs(reference) <= SMALLEST_NORMAL && Math.abs(result) <= SMALLEST_NORMAL;
  return flushed || Math.abs(rank(result) - rank(reference)) <= ULPS;
}

const xs = sweep();
const expected = functions.map(({ exactly }) => xs.map(exactly));

const backends = await openEveryBackend();

describe.each(backends)("$name", ({ kernels, heap }) => {
  const x = heap.allocate(CHUNK);
  const y = heap.allocate(CHUNK + 3);

  test.each(functions)("$name is within 4 units in the last place", (f) => {
    const references = expected[functions.indexOf(f)];
    const wrong: string[] = [];
    for (let start = 0; start < xs.length; start += CHUNK) {
      const part = xs.subarray(start, start + CHUNK);
      heap.floats().set(part, x);
      f.apply(kernels, heap, x, y, part.length);
      const results = heap.floats().subarray(y, y + part.length);
      for (let i = 0; i < part.length; i++) {
        const reference = references[start + i];
        if (!isNear(results[i], reference) || results[i] < f.least || results[i] > f.most) {
          wrong.push(`${f.name}(${part[i]}): ${results[i]}, exactly ${reference}`);
        }
      }
    }
    expect(`${wrong.length} wrong\n${wrong.slice(0, 8).join("\n")}`).toBe("0 wrong\n");
  });

  test("saturates exactly, and NaN stays NaN", () => {
    const { POSITIVE_INFINITY: infinity, NaN: nan } = Number;
    const limits = [0, -0, infinity, -infinity, nan, 100, -200, 3e38, -3e38];
    const answers = functions.map(({ apply }) => {
      heap.floats().set(limits, x);
      apply(kernels, heap, x, y, limits.length);
      return [...heap.floats().slice(y, y + limits.length)];
    });
    expect(answers[0]).toEqual([1, 1, infinity, 0, nan, infinity, 0, infinity, 0]);
    expect(answers[1]).toEqual([0, -0, 1, -1, nan, 1, -1, 1, -1]);
    expect(answers[2]).toEqual([0.5, 0.5, 1, 0, nan, 1, 0, 1, 0]);
    expect(answers[3]).toEqual([0, -0, infinity, -1, nan, 100, -1, Math.fround(3e38), -1]);
    expect(answers[4].slice(4)).toEqual([nan, Math.fround(100 / 101), Math.fround(-200 / 201), 1, -1]);
    expect(answers[5].slice(2)).toEqual([infinity, 0, nan, 100, 0, Math.fround(3e38), 0]);
  });
});
