// Errors of forecasts, as forecasting competitions have them.

/** |y − ŷ| / ((|y| + |ŷ|) / 2) as a percentage, 0 where both are 0: a term of the sMAPE of M4 (Makridakis, Spiliotis & Assimakopoulos 2020). */
export function symmetricPercentageError(forecast: number, actual: number): number {
  const size = Math.abs(forecast) + Math.abs(actual);
  return size === 0 ? 0 : (200 * Math.abs(forecast - actual)) / size;
}

/**
 * The mean absolute error of the forecast that repeats the value of a season ago, within a series: what MASE divides by (Hyndman &
 * Koehler 2006). Missing values, NaN, count for nothing; NaN for a series that is no longer than a season.
 */
export function seasonalNaiveError(values: ArrayLike<number>, season: number): number {
  let [sum, count] = [0, 0];
  for (let at = season; at < values.length; at++) {
    const error = Math.abs(values[at] - values[at - season]);
    if (Number.isNaN(error)) continue;
    sum += error;
    count += 1;
  }
  return sum / count;
}

/** A mean error below this share of the mean size of the values is what rounding leaves of none. */
const NO_ERROR = 1e-12;

/**
 * What MASE divides by: `seasonalNaiveError`; where that is 0, since the series repeats exactly, or the series is no longer than a season, the
 * error of the last value, which Hyndman & Koehler (2006) divide by themselves. Missing values, NaN, count for nothing; NaN for a series
 * that never changes, which has no scale.
 */
export function forecastErrorScale(values: ArrayLike<number>, season: number): number {
  let [size, count] = [0, 0];
  for (let at = 0; at < values.length; at++) {
    if (Number.isNaN(values[at])) continue;
    size += Math.abs(values[at]);
    count += 1;
  }
  const least = (NO_ERROR * size) / count;
  for (const lag of [season, 1]) {
    const error = seasonalNaiveError(values, lag);
    if (error > least) return error;
  }
  return Number.NaN;
}

/**
 * The mean absolute scaled error (Hyndman & Koehler 2006): the mean |y − ŷ| over the steps of a forecast, divided by
 * `forecastErrorScale` of the series before it. Missing values, NaN, count for nothing; NaN where the series before never changes.
 */
export function meanAbsoluteScaledError(
  forecast: ArrayLike<number>,
  actual: ArrayLike<number>,
  history: ArrayLike<number>,
  season: number,
): number {
  let [sum, count] = [0, 0];
  for (let at = 0; at < actual.length; at++) {
    const error = Math.abs(forecast[at] - actual[at]);
    if (Number.isNaN(error)) continue;
    sum += error;
    count += 1;
  }
  return sum / count / forecastErrorScale(history, season);
}

/** max(q·e, (q − 1)·e) with e = actual − forecast: the loss of a forecast of the quantile q. */
export function quantileError(forecast: number, actual: number, q: number): number {
  const error = actual - forecast;
  return error >= 0 ? q * error : (q - 1) * error;
}
