// What a forecaster reads of a window: logarithms, errors in the level of the values, and how well the seasons before have told so far.
import { expect, it } from "vitest";
import { FORECAST } from "../../src/tasks/forecast/forecast-description.ts";
import { forecastReading, stepsAhead } from "../../src/tasks/forecast/forecast-reading.ts";
import { forecastSeries } from "../../src/tasks/forecast/forecast-series.ts";
import { ForecastWindows, inUnits } from "../../src/tasks/forecast/forecast-windows.ts";
import { resolveSettingsOf } from "../../src/training/resolve-settings.ts";

async function windowsOf(values: readonly number[], given: Readonly<Record<string, unknown>>) {
  const settings = resolveSettingsOf(FORECAST, given);
  const found = await forecastSeries([values], settings);
  const ahead = { ...settings, ...stepsAhead(found, settings) };
  const parts = found.series.map((series) => ({ series, steps: values.length }));
  return new ForecastWindows(found.series, forecastReading(parts, found, ahead), [values.length]);
}

it("logarithms of what doubles at each step are a line, and are undone", async () => {
  const values = Array.from({ length: 12 }, (_, step) => 3 * 2 ** step);
  const windows = await windowsOf(values, { horizon: 2, context: 4, log: true });
  const batch = windows.batch([{ series: 0, origin: 6 }]);
  const [a, b, c, d] = batch.lags;
  expect([a - b, b - c, c - d]).toEqual([
    expect.closeTo(b - c, 6),
    expect.closeTo(b - c, 6),
    expect.closeTo(b - c, 6),
  ]);
  expect(d).toBe(0);
  expect(inUnits(batch, 0, batch.targets[0])).toBeCloseTo(values[6], 3);
  expect(inUnits(batch, 0, batch.targets[1])).toBeCloseTo(values[7], 3);
});

it("logarithms of what is not above 0 are refused, with the option and the value", async () => {
  await expect(windowsOf([1, 2, 0, 4, 5, 6], { horizon: 1, log: true })).rejects.toThrow(
    "log is 0, needed values above 0",
  );
});

it("errors count in the level of the values where that is asked for", async () => {
  const values = [100, 104, 100, 104, 100, 104, 100, 104];
  const weights = async (given: Readonly<Record<string, unknown>>, times: number) => {
    const windows = await windowsOf(
      values.map((value) => value * times),
      { horizon: 1, context: 4, ...given },
    );
    const batch = windows.batch([{ series: 0, origin: 4 }]);
    return { weight: batch.weights[0], scale: batch.scale[0] };
  };
  expect((await weights({}, 1)).weight).toBe(1);
  const { weight, scale } = await weights({ errors: "relative" }, 1);
  // The scale is the mean distance from the last value, 2, and the level 102.
  expect(scale).toBe(2);
  expect(weight).toBeCloseTo(2 / 102, 12);
  // An error of so many percent counts the same at any height.
  expect((await weights({ errors: "relative" }, 50)).weight).toBeCloseTo(weight, 12);
});

it("a week that repeats is told apart from a day that does not", async () => {
  const day = [
    [1, 2],
    [5, 1],
    [2, 8],
    [4, 4],
    [9, 3],
    [1, 7],
    [6, 2],
  ];
  const values = [...day, ...day, ...day, ...day].flat();
  const windows = await windowsOf(values, { horizon: 2, context: 28, season: 2, pastSeasons: 8 });
  const { seasonErrors } = windows.batch([{ series: 0, origin: 40 }]);
  expect(seasonErrors).toHaveLength(8);
  // A week is seven seasons of two steps: its error is 0, the least that is told; all others are of a size.
  expect(Array.from(seasonErrors).indexOf(Math.min(...seasonErrors))).toBe(6);
  expect(seasonErrors[6]).toBeLessThan(-0.9);
  for (const season of [0, 1, 2, 3, 4, 5, 7]) expect(seasonErrors[season]).toBeGreaterThan(-0.5);
});
