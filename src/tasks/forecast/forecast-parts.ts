// Which windows are learned from, and which are held out: split in time, before windows are cut.
import { UnrolledError } from "../../errors.ts";
import { Generator } from "../../random/philox.ts";
import type { TrainingSeries } from "./forecast-reading.ts";
import type { ForecastSeries } from "./forecast-series.ts";
import type { Window } from "./forecast-windows.ts";

/** Place of this split among a seed's streams of random numbers. */
const SPLIT = 11;
/** Where there are fewer windows of a whole context, those of two seasons are learned from too. */
const FEW_WINDOWS = 1000;

/** Steps of a series. */
export function stepsOf({ values }: ForecastSeries, width: number): number {
  return values.length / width;
}

/** How series are split: the steps of each that are learned from. The rest of them, or series with none, are held out. */
export function splitInTime(
  series: readonly ForecastSeries[],
  width: number,
  {
    valFraction,
    horizon,
    seed,
  }: { readonly valFraction: number; readonly horizon: number; readonly seed: number },
): readonly TrainingSeries[] {
  const whole = series.map((each) => ({ series: each, steps: stepsOf(each, width) }));
  if (valFraction === 0) return whole;
  const parts = whole.map((part) => {
    const held = Math.max(horizon, Math.round(valFraction * part.steps));
    // There has to be a window to learn from, and its forecast has to look back at something.
    return part.steps - held > horizon ? { ...part, steps: part.steps - held } : part;
  });
  if (parts.some(({ steps }, at) => steps < whole[at].steps) || series.length === 1) return parts;
  const count = Math.min(series.length - 1, Math.max(1, Math.round(valFraction * series.length)));
  const held = new Set(new Generator(seed).fork(SPLIT).permutation(series.length).slice(0, count));
  return whole.map((part, at) => (held.has(at) ? { ...part, steps: 0 } : part));
}

/** The windows whose forecasts end within the first steps of each series. */
export function trainingWindows(
  parts: readonly TrainingSeries[],
  {
    context,
    horizon,
    season,
  }: { readonly context: number; readonly horizon: number; readonly season: number },
): Window[] {
  const from = (first: (steps: number) => number) =>
    parts.flatMap(({ steps }, series) => windowsBetween(series, first(steps), steps - horizon));
  const within = (first: number) => from((steps) => Math.min(first, Math.max(1, steps - horizon)));
  const whole = within(context);
  return whole.length < FEW_WINDOWS ? within(Math.min(context, Math.max(2, 2 * season))) : whole;
}

/** The windows whose forecasts begin behind the first steps of each series. */
export function heldOutWindows(
  parts: readonly TrainingSeries[],
  width: number,
  { context, horizon }: { readonly context: number; readonly horizon: number },
): Window[] {
  return parts.flatMap(({ series, steps }, place) => {
    const all = stepsOf(series, width);
    if (steps === all) return [];
    const first = steps > 0 ? steps : Math.min(context, Math.max(1, all - horizon));
    return windowsBetween(place, first, all - horizon);
  });
}

/**
 * The windows of other series: each origin behind the first steps, or behind a whole context.
 *
 * @param first steps of each series that were there before; undefined: the context
 * @throws UnrolledError "invalid-argument" where no series is longer than a horizon
 */
export function windowsOfSeries(
  series: readonly ForecastSeries[],
  width: number,
  { context, horizon }: { readonly context: number; readonly horizon: number },
  first?: readonly number[],
): Window[] {
  const windows = series.flatMap((each, place) => {
    const last = stepsOf(each, width) - horizon;
    return windowsBetween(place, first?.[place] ?? Math.min(context, Math.max(1, last)), last);
  });
  if (windows.length > 0) return windows;
  throw new UnrolledError("invalid-argument", {
    call: "forecast",
    subject: "data",
    got: `series of at most ${series.reduce((most, each) => Math.max(most, stepsOf(each, width)), 0)} steps`,
    needed: first
      ? `${horizon} steps behind the history, which are one horizon`
      : `more than ${horizon} steps, which are one horizon`,
  });
}

function windowsBetween(series: number, first: number, last: number): Window[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => ({ series, origin: first + at }));
}
