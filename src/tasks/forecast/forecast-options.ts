// What can be said of forecasts, and of the data that they are learned from.
import {
  flagOption,
  listOption,
  numberOption,
  shareOption,
  textOption,
  type ValuesOf,
  wordOption,
} from "../../options/option.ts";
import { columnOption, columnsOption, DATA, DATA_OPTIONS, stepsOption } from "../examples/data-options.ts";
import { CELL_OPTIONS } from "../language/cell-options.ts";
import { MODEL, sizeOption } from "../reader/model-options.ts";

const { delimiter, valFraction } = DATA_OPTIONS;

/** The options of the task "forecast". */
export const FORECAST_OPTIONS = {
  time: columnOption("found out", "the column of times"),
  target: columnsOption(
    "the last column of numbers",
    "what is forecast; several columns are forecast together",
  ),
  series: columnOption("one series", "the column that says which series a row belongs to"),
  known: columnsOption("none", "columns of numbers that are known ahead: prices, holidays"),
  observed: columnsOption("none", "columns of numbers that are known only once they have come"),
  static: columnsOption("none", "columns that stay the same within a series"),
  wide: wordOption(["rows"], {
    default: null,
    defaultText: "a step a row",
    placeholder: "rows",
    group: DATA,
    help: "a series a row, its steps side by side",
  }),
  horizon: stepsOption({ default: null, defaultText: "a season, or 12" }, "steps to forecast"),
  context: stepsOption({ default: 96 }, "steps that a forecast looks back at"),
  season: stepsOption(
    { default: null, defaultText: "as the times have it, or 1" },
    "steps after which the series repeats; 1: never",
  ),
  delimiter,
  valFraction,
  distribution: textOption({
    default: "quantiles",
    placeholder: "kind",
    group: MODEL,
    help: "quantiles, gaussian, student-t, negative-binomial, bernoulli, mixture:K",
  }),
  quantiles: listOption({
    default: ["0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9"],
    defaultText: "0.1 to 0.9",
    placeholder: "shares",
    group: MODEL,
    help: "quantiles to forecast, with commas; 0.5 is needed",
  }),
  transpose: numberOption(
    { whole: true, atLeast: 0 },
    {
      default: 0,
      placeholder: "n",
      group: MODEL,
      help: "bernoulli: learn pieces up to so many keys higher and lower",
    },
  ),
  scaling: wordOption(["window", "series"], {
    default: "window",
    placeholder: "by",
    group: MODEL,
    help: "whose spread numbers are divided by",
  }),
  log: flagOption({
    default: false,
    group: MODEL,
    help: "forecast logarithms: for values above 0 whose ups and downs grow with their level",
  }),
  errors: wordOption(["window", "relative"], {
    default: "window",
    placeholder: "in",
    group: MODEL,
    help: "what the loss of quantiles counts errors in: the spread of what is looked back at, or the level, as sMAPE does",
  }),
  calendar: flagOption({ default: true, group: MODEL, help: "read no day, week and year from the times" }),
  linear: flagOption({
    default: true,
    group: MODEL,
    help: "no linear layer beside the network, which begins as ridge regression",
  }),
  pastSeasons: numberOption(
    { whole: true, atLeast: 0 },
    {
      default: 8,
      placeholder: "n",
      group: MODEL,
      help: "seasons before, as far as the context reaches, that each step mixes the values of its own place of; 0: none",
    },
  ),
  ...CELL_OPTIONS,
  hiddenSize: sizeOption(64, "units per layer"),
  numLayers: sizeOption(1, "recurrent layers"),
  dropout: shareOption({
    default: 0.1,
    placeholder: "p",
    group: MODEL,
    help: "dropout behind the recurrent layers",
  }),
} as const;

/** What a forecaster is trained with, beside the settings of the loop. */
export type ForecastSettings = ValuesOf<typeof FORECAST_OPTIONS>;

/** What can be said where a forecaster is measured. */
export const FORECAST_EVALUATE_OPTIONS = {
  history: listOption({
    default: [],
    defaultText: "the first rows of the files",
    placeholder: "files",
    help: "what came before the files, with commas",
  }),
  scaled: flagOption({
    default: false,
    help: "errors of numbers divided by the deviation of the training part",
  }),
} as const;

/** What can be said where a forecaster answers. */
export const FORECAST_ANSWER_OPTIONS = {
  samples: numberOption(
    { whole: true, atLeast: 1 },
    { default: 200, placeholder: "n", help: "paths to draw, if the distribution is not quantiles" },
  ),
  anomaly: flagOption({ default: false, help: "say of each step how unusual it is" }),
  plot: flagOption({ default: false, help: "draw each series and its forecast" }),
  plotFile: textOption({
    default: null,
    defaultText: "none",
    placeholder: "file",
    help: "draw them into a file, .svg or .png",
  }),
} as const;
