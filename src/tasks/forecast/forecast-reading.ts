// What series are read with: fitted to the training part, kept in the model's folder.
import { Scaler, type ScalerState } from "../../data/tables/scaler.ts";
import { UnrolledError } from "../../errors.ts";
import { forecastErrorScale } from "../../metrics/forecast-errors.ts";
import { log } from "../../random/log.ts";
import { type Cycle, cyclesOf } from "./calendar.ts";
import type { ForecastColumns } from "./forecast-columns.ts";
import type { ForecastSettings } from "./forecast-options.ts";
import { stepsOf } from "./forecast-parts.ts";
import type { ForecastSeries, FoundSeries } from "./forecast-series.ts";
import type { GriddedTimes } from "./gridded-series.ts";
import { usualSeason } from "./time-grid.ts";

/** What is known of a series from its training part: for each target the deviation, and what MASE divides by; NaN, or null in a file, of one that never changes. */
export interface SeriesFacts {
  readonly deviation: readonly number[];
  readonly seasonalError: readonly (number | null)[];
}

/** How series are read. Plain data. */
export interface ForecastReading {
  readonly columns: ForecastColumns;
  readonly times: GriddedTimes | null;
  readonly horizon: number;
  /** N: never more than the longest series leaves before a horizon. */
  readonly context: number;
  readonly season: number;
  readonly scaling: "window" | "series";
  /** Whether windows are those of the values' logarithms; not if not given. */
  readonly log?: boolean;
  /** Whether the loss counts errors in the level of the values; in windows' scales if not given. */
  readonly isRelative?: boolean;
  /** K: seasons whose values at the same place each step ahead reads, none if not given. */
  readonly pastSeasons?: number;
  readonly cycles: readonly Cycle[];
  readonly known: ScalerState;
  readonly observed: ScalerState;
  /** The values of each static column: its categories, or none for a column of numbers, with their scaler. */
  readonly statics: readonly {
    readonly categories: readonly string[];
    readonly scaler: ScalerState | null;
  }[];
  /** Of series that have a name, by their names; of one without, by "". */
  readonly facts: Readonly<Record<string, SeriesFacts>>;
  /** Of each target, over the whole training part: what `--scaled` divides errors by. */
  readonly deviation: readonly number[];
}

/** Steps of a series, and how many of them belong to the training part. */
export interface TrainingSeries {
  readonly series: ForecastSeries;
  readonly steps: number;
}

/** How far is forecast, and after how many steps series repeat. */
export interface StepsAhead {
  readonly horizon: number;
  readonly season: number;
}

/** What settings say of it, or what follows from times and the longest series. */
export function stepsAhead(
  { series, columns, times }: FoundSeries,
  settings: Pick<ForecastSettings, "horizon" | "season">,
): StepsAhead {
  const width = columns.targets.length;
  const longest = series.reduce((most, each) => Math.max(most, stepsOf(each, width)), 0);
  const season = settings.season ?? (times ? usualSeason(times.step) : 1);
  const usual = Math.min(season > 1 ? season : 12, Math.floor(longest / 3));
  return { season, horizon: settings.horizon ?? Math.max(1, usual) };
}

/** Fits how series are read to their training parts. */
export function forecastReading(
  parts: readonly TrainingSeries[],
  { columns, times }: Pick<FoundSeries, "columns" | "times">,
  settings: StepsAhead &
    Pick<ForecastSettings, "context" | "scaling" | "calendar" | "pastSeasons" | "log" | "errors">,
): ForecastReading {
  const width = columns.targets.length;
  const longest = parts.reduce((most, { steps }) => Math.max(most, steps), 0);
  const { horizon, season } = settings;
  if (longest <= horizon) {
    throw new UnrolledError("invalid-argument", {
      call: "train",
      subject: [{ option: "horizon" }],
      got: String(horizon),
      needed: `fewer steps than the longest series has to learn from: ${longest}`,
    });
  }
  const cut = (numbers: Float64Array, columnsOfIt: number, steps: number) =>
    numbers.subarray(0, steps * columnsOfIt);
  const scalerOf = (of: "known" | "observed") => {
    const own = columns[of].length;
    if (own === 0) return { mean: [], deviation: [] };
    const { mean, deviation } = Scaler.fit(
      parts.map(({ series, steps }) => cut(series[of], own, steps)),
      own,
    );
    return { mean, deviation };
  };
  const context = Math.min(settings.context, longest - horizon);
  const pastSeasons = season > 1 ? Math.min(settings.pastSeasons, Math.floor(context / season)) : 0;
  const named = parts.filter(({ series }) => series.name !== null || (parts.length === 1 && times !== null));
  return {
    columns,
    times,
    horizon,
    context,
    season,
    scaling: settings.scaling,
    ...(settings.log ? { log: true } : {}),
    ...(settings.errors === "relative" ? { isRelative: true } : {}),
    ...(pastSeasons > 0 ? { pastSeasons } : {}),
    cycles: settings.calendar && times ? cyclesOf(times.step, longest) : [],
    known: scalerOf("known"),
    observed: scalerOf("observed"),
    statics: columns.static.map((_, at) => staticReading(parts.map(({ series }) => series.statics[at]))),
    facts: Object.fromEntries(
      named.map(({ series, steps }) => {
        const own = cut(series.values, width, steps);
        const { seasonalError, deviation } = seriesFacts(own, width, season);
        const ofLogs = settings.log
          ? seriesFacts(logarithms(series, own), width, season).deviation
          : deviation;
        return [series.name ?? "", { seasonalError, deviation: ofLogs }];
      }),
    ),
    deviation: Scaler.fit(
      parts.map(({ series, steps }) => cut(series.values, width, steps)),
      width,
    ).deviation,
  };
}

/**
 * The logarithms of a series' values.
 *
 * @throws UnrolledError "invalid-argument" for one that is not above 0
 */
export function logarithms({ name }: ForecastSeries, values: Float64Array): Float64Array {
  const wrong = values.find((value) => value <= 0);
  if (wrong === undefined) return values.map(log);
  throw new UnrolledError("invalid-argument", {
    call: "forecast",
    subject: [{ option: "log" }],
    got: `${wrong}${name === null ? "" : ` in the series ${name}`}`,
    needed: "values above 0",
  });
}

/** Facts of steps [T·D] of a series. */
export function seriesFacts(values: ArrayLike<number>, width: number, season: number): SeriesFacts {
  const { deviation } = Scaler.fit([values], width);
  const seasonalError = Array.from({ length: width }, (_, target) => {
    const own = Float64Array.from(
      { length: values.length / width },
      (_, step) => values[step * width + target],
    );
    return forecastErrorScale(own, season);
  });
  return { deviation, seasonalError };
}

function staticReading(cells: readonly string[]): ForecastReading["statics"][number] {
  if (cells.every((cell) => cell !== "" && Number.isFinite(Number(cell)))) {
    const { mean, deviation } = Scaler.fit([cells.map(Number)], 1);
    return { categories: [], scaler: { mean, deviation } };
  }
  return { categories: [...new Set(cells)].sort(), scaler: null };
}

/** Numbers of a series' static columns. */
export function staticWidth({ statics }: ForecastReading): number {
  return statics.reduce((sum, { categories, scaler }) => sum + (scaler ? 1 : categories.length), 0);
}

/** Writes them; a category that was not there in training is none of them. */
export function putStatics(
  { statics }: ForecastReading,
  cells: readonly string[],
  into: Float32Array,
  first: number,
): void {
  let at = first;
  for (const [index, { categories, scaler }] of statics.entries()) {
    if (scaler) into[at++] = (Number(cells[index]) - scaler.mean[0]) / scaler.deviation[0];
    else for (const category of categories) into[at++] = category === cells[index] ? 1 : 0;
  }
}
