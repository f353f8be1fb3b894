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

/**
 * The mean absolute scaled error (Hyndman & Koehler 2006): the mean |y − ŷ| over the steps of a forecast, divided by
 * `seasonalNaiveError` of the series before it. Missing values, NaN, count for nothing.
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
  return sum / count / seasonalNaiveError(history, season);
}

/** max(q·e, (q − 1)·e) with e = actual − forecast: the loss of a forecast of the quantile q. */
export function quantileError(forecast: number, actual: number, q: number): number {
  const error = actual - forecast;
  return error >= 0 ? q * error : (q - 1) * error;
}
