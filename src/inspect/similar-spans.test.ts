import { expect, test } from "vitest";
import { similarSpans } from "./similar-spans.ts";

// Units 0 and 1 are on (1 with a negative sign) at steps 2–3, 6–7 and 10; unit 2 at 2 alone.
const on = new Set([2, 3, 6, 7, 10]);
const activations = Float32Array.from({ length: 12 * 3 }, (_, place) => {
  const [t, unit] = [Math.floor(place / 3), place % 3];
  if (unit === 2) return t === 2 ? 0.9 : 0;
  return on.has(t) ? (unit === 0 ? 0.8 : -0.7) : unit === 0 ? -0.8 : 0.1;
});

test("a brushed pattern is found elsewhere, the most alike first", () => {
  const { units, spans } = similarSpans(activations, 3, { from: 2, to: 4 });
  expect(units).toEqual([0, 1]);
  expect(spans).toEqual([
    { from: 6, to: 8, score: 1 },
    { from: 10, to: 11, score: 0.5 },
  ]);
});

test("fewer units may do, and a sign is part of the pattern", () => {
  const { spans } = similarSpans(activations, 3, { from: 2, to: 3, share: 0.6 });
  expect(spans.map(({ from, to }) => [from, to])).toEqual([
    [10, 11],
    [6, 8],
  ]);
  expect(spans[0].score).toBeCloseTo(2 / 3, 9);
  expect(similarSpans(activations, 3, { from: 2, to: 4, units: [2] })).toEqual({ units: [], spans: [] });
  expect(similarSpans(activations, 3, { from: 2, to: 4, limit: 1 }).spans).toHaveLength(1);
});

test("a span outside of the text is an error", () => {
  expect(() => similarSpans(activations, 3, { from: 5, to: 13 })).toThrow(
    "from and to are 5 and 13, needed 0 to 12",
  );
  expect(() => similarSpans(activations, 3, { from: 2, to: 4, share: 0 })).toThrow(
    "share is 0, needed above 0 to 1",
  );
});
