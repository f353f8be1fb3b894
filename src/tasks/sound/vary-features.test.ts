import { expect, test } from "vitest";
import { hzOf, mel } from "../../audio/mel-filters.ts";
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
