// How far a figure could have been another, had other examples been drawn (Efron 1979; for pairs of systems Koehn, "Statistical
// significance tests for machine translation evaluation", 2004): the examples are drawn again with replacement, and the figure of each draw
// is looked at.
import { UnrolledError } from "../errors.ts";
import { Generator } from "../random/philox.ts";
import { requireWhole } from "../whole-numbers.ts";
import { type CountedMetric, sumsOf } from "./counted-metric.ts";

/** How examples are drawn again. */
export interface BootstrapOptions {
  /** How often. Default 1000. */
  readonly samples?: number;
  /** Default 0. */
  readonly seed?: number;
  /** The share of draws that lie within the interval. Default 0.95. */
  readonly confidence?: number;
}

/** An interval: as many draws lie below `low` as above `high`. */
export interface BootstrapInterval {
  /** The figure of all examples as they are. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Intervals of figures, by the figures' names. */
export type Intervals<Name extends string> = Readonly<Record<Name, Pick<BootstrapInterval, "low" | "high">>>;

/** The difference between two systems' figures on the same examples. */
export interface PairedInterval extends BootstrapInterval {
  /**
   * How often a difference as large would be seen if there were none: the share of draws whose difference lies as far from the mean of all
   * draws as the difference found lies from 0, as Moses and sacreBLEU count it.
   */
  readonly pValue: number;
}

type Counted = Pick<CountedMetric<never, never>, "counts" | "figureOf">;

/**
 * The interval of a figure from what a metric such as `bleu()` has counted for each example.
 *
 * @throws UnrolledError "invalid-argument" for options that cannot be, or a metric without examples
 */
export function bootstrap(metric: Counted, options: BootstrapOptions = {}): BootstrapInterval {
  const figures = drawnFigures("bootstrap", [metric], options);
  return { value: metric.figureOf(sumsOf(metric.counts)), ...interval(figures, options) };
}

/** The intervals of several metrics' figures, for a measurement to hand on; nothing where examples are not drawn again (0 samples). */
export function intervalsOf<Name extends string>(
  metrics: Readonly<Record<Name, Counted>>,
  samples: number,
): { readonly intervals?: Intervals<Name> } {
  if (samples === 0) return {};
  const each = Object.entries<Counted>(metrics).map(([name, metric]) => {
    const { low, high } = bootstrap(metric, { samples });
    return [name, { low, high }];
  });
  return { intervals: Object.fromEntries(each) };
}

/**
 * The interval of one system's figure less a baseline's, where both have counted the same examples in the same order: both are drawn
 * together. An interval that has 0 within says that the difference may be chance.
 *
 * @throws UnrolledError "invalid-argument" as `bootstrap`, "shape-mismatch" for unequal numbers of examples
 */
export function pairedBootstrap(
  system: Counted,
  baseline: Counted,
  options: BootstrapOptions = {},
): PairedInterval {
  if (system.counts.length !== baseline.counts.length)
    throw new UnrolledError("shape-mismatch", {
      call: "pairedBootstrap",
      problem: `the system has ${system.counts.length} examples, the baseline ${baseline.counts.length}`,
    });
  const differences = drawnFigures("pairedBootstrap", [system, baseline], options);
  const value = system.figureOf(sumsOf(system.counts)) - baseline.figureOf(sumsOf(baseline.counts));
  const mean = differences.reduce((sum, each) => sum + each, 0) / differences.length;
  const beyond = differences.filter((each) => Math.abs(each - mean) > Math.abs(value)).length;
  return { value, ...interval(differences, options), pValue: (beyond + 1) / (differences.length + 1) };
}

/** The first metric's figure of each draw, less that of the second. */
function drawnFigures(
  call: string,
  metrics: readonly Counted[],
  { samples = 1000, seed = 0, confidence = 0.95 }: BootstrapOptions,
): Float64Array {
  requireWhole(call, "samples", samples, 1);
  if (!(confidence > 0 && confidence < 1))
    throw new UnrolledError("invalid-argument", {
      call,
      subject: "confidence",
      got: `${confidence}`,
      needed: "a number between 0 and 1",
    });
  const size = metrics[0].counts.length;
  if (size === 0)
    throw new UnrolledError("invalid-argument", { call, problem: "the metric has no examples" });
  const generator = new Generator(seed);
  const drawn = new Uint32Array(size);
  return Float64Array.from({ length: samples }, () => {
    for (let at = 0; at < size; at++) drawn[at] = generator.integer(size);
    const [first, second] = metrics.map(({ counts, figureOf }) => figureOf(sumsOfDrawn(counts, drawn)));
    return first - (second ?? 0);
  });
}

function sumsOfDrawn(counts: readonly (readonly number[])[], drawn: ArrayLike<number>): number[] {
  const sums = counts[0].map(() => 0);
  for (let at = 0; at < drawn.length; at++) {
    const each = counts[drawn[at]];
    for (let number = 0; number < sums.length; number++) sums[number] += each[number];
  }
  return sums;
}

/** The outermost draws that are left when an equal share is taken off at both ends. */
function interval(figures: Float64Array, { confidence = 0.95 }: BootstrapOptions) {
  const sorted = figures.slice().sort();
  const off = Math.floor(((1 - confidence) / 2) * sorted.length + 1e-9);
  return { low: sorted[off], high: sorted[sorted.length - 1 - off] };
}
