import { expect, test } from "vitest";
import { hzOf, mel } from "../../audio/mel-filters.ts";
import { Generator } from "../../random/philox.ts";
import { withHiddenParts } from "./hide-frames.ts";
import { withFrameSpeed } from "./vary-features.ts";
import { MovedCepstra } from "./vocal-tract.ts";

test("features that are spoken faster lie on the lines between them", () => {
  const frames = { width: 2, values: Float32Array.of(0, 10, 2, 20, 4, 30, 6, 40) };
  expect(withFrameSpeed(frames, 1)).toBe(frames);
  expect(withFrameSpeed(frames, 2)).toEqual({ width: 2, values: Float32Array.of(0, 10, 4, 30) });
  expect(Array.from(withFrameSpeed(frames, 0.5).values)).toEqual([
    ...[0, 10, 1, 15, 2, 20, 3, 25, 4, 30, 5, 35, 6, 40, 6, 40],
  ]);
  const empty = { width: 2, values: new Float32Array(0) };
  expect(withFrameSpeed(empty, 2)).toBe(empty);
});

const COEFFICIENTS = 13;
const [LOW, HIGH] = [mel(130), mel(6800)];

/** Cepstra of a spectrum with one peak, in Sphinx's convention: means of S(u) cos(πku) over the mel axis. */
function cepstraOfPeak(hz: number): Float32Array {
  const points = 400;
  const peak = (mel(hz) - LOW) / (HIGH - LOW);
  return Float32Array.from({ length: COEFFICIENTS }, (_, k) => {
    let sum = 0;
    for (let point = 0; point < points; point++) {
      const u = (point + 0.5) / points;
      sum += Math.exp(-(((u - peak) / 0.08) ** 2)) * Math.cos(Math.PI * k * u);
    }
    return sum / points;
  });
}

/** Where the spectrum of cepstra is greatest. */
function peakOf(cepstra: Float32Array): number {
  let [best, at] = [Number.NEGATIVE_INFINITY, 0];
  for (let u = 0; u <= 1; u += 0.001) {
    let sum = cepstra[0];
    for (let k = 1; k < COEFFICIENTS; k++) sum += 2 * cepstra[k] * Math.cos(Math.PI * k * u);
    if (sum > best) [best, at] = [sum, u];
  }
  return hzOf(LOW + at * (HIGH - LOW));
}

test.each([0.88, 1.12])("cepstra of a vocal tract moved by %d have their peak as much higher", (factor) => {
  const moved = new MovedCepstra();
  const values = cepstraOfPeak(1500);
  expect(Math.abs(peakOf(values) / 1500 - 1)).toBeLessThan(0.01);
  const found = moved.of({ width: COEFFICIENTS, values }, factor);
  expect(Math.abs(peakOf(found.values) / (1500 * factor) - 1)).toBeLessThan(0.02);
  expect(moved.of({ width: COEFFICIENTS, values }, 1).values).toBe(values);
});

test("a flat spectrum stays as it is, whatever the vocal tract", () => {
  const values = Float32Array.of(3, ...new Array<number>(COEFFICIENTS - 1).fill(0));
  const moved = new MovedCepstra().of({ width: COEFFICIENTS, values }, 1.1).values;
  for (const [k, c] of moved.entries()) expect(c).toBeCloseTo(values[k], 6);
});

test("stretches of time are hidden in all numbers, bands in each block alike", () => {
  const frames = new Float32Array(20 * 8).fill(1);
  const sizes = { width: 8, block: 4 };
  const parts = { timeMasks: 0, timeMaskWidth: 4, frequencyMasks: 0, frequencyMaskWidth: 2 };
  const rowsOf = (values: Float32Array) =>
    Array.from({ length: 20 }, (_, t) => values.slice(8 * t, 8 * t + 8).join(""));
  const seeds = [1, 2, 3, 4, 5];
  const times = seeds.flatMap((seed) =>
    rowsOf(withHiddenParts(frames, sizes, { ...parts, timeMasks: 1 }, new Generator(seed))),
  );
  expect(new Set(times)).toEqual(new Set(["11111111", "00000000"]));
  for (const seed of seeds) {
    const rows = new Set(
      rowsOf(withHiddenParts(frames, sizes, { ...parts, frequencyMasks: 1 }, new Generator(seed))),
    );
    expect(rows.size).toBe(1);
    const [row] = rows;
    expect(row.slice(0, 4)).toBe(row.slice(4));
    expect(row).toMatch(/^(1111|0+1+|1+0+|1+0+1+){2}$/);
  }
});
