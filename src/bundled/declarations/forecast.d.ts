import type { Model } from "./model.d.ts";

/** A series: its numbers, its steps of several targets, or those with a name. */
export type ForecastInput =
  | readonly number[]
  | { readonly name?: string; readonly values: readonly number[] | readonly (readonly number[])[] };

/** Numbers of each step ahead: one, or of several targets one for each. */
export type StepNumbers = readonly number[] | readonly (readonly number[])[];

/** How a series goes on. */
export interface Forecast {
  readonly series: string | null;
  /** When each step is; where there are no times, how many steps the series has had by then. */
  readonly times: readonly (string | number)[];
  readonly mean: StepNumbers;
  /** By quantile, as text: "0.1". */
  readonly quantiles: Readonly<Record<string, StepNumbers>>;
  /** Where there are several. */
  readonly targets?: readonly string[];
}

export declare const task: "forecast";

/** Compiles the kernels and reads the weights, which the first call does otherwise, and gives the network itself. */
export declare function load(): Promise<Model>;

/** How a series goes on. */
export declare function predict(input: ForecastInput): Promise<Forecast>;

/** How each of many goes on. */
export declare function predictAll(inputs: readonly ForecastInput[]): Promise<Forecast[]>;
