// In which order a matrix of units is worth looking at. By similarity: average-linkage clustering of the correlations over time
// (Sokal & Michener 1958; Eisen et al. 1998 order heat-maps so), its leaves from left to right, each pair of clusters turned so that
// the more alike ends meet.
import { UnrolledError } from "../errors.ts";

/** As they are; the most varied first; similar ones side by side. */
export type UnitOrder = "found" | "variance" | "similarity";

/**
 * The units of values [T, H], in an order: as they are, the most varied first, or similar ones side by side.
 *
 * @throws UnrolledError "shape-mismatch" where `values` is not T·H numbers
 */
export function orderUnits(values: Float32Array, hiddenSize: number, order: UnitOrder): Int32Array {
  const steps = values.length / hiddenSize;
  if (!(Number.isInteger(hiddenSize) && hiddenSize > 0 && Number.isInteger(steps)))
    throw new UnrolledError("shape-mismatch", {
      call: "orderUnits",
      problem: `values has ${values.length} numbers, needed a multiple of ${hiddenSize} units`,
    });
  const asFound = Int32Array.from({ length: hiddenSize }, (_, unit) => unit);
  if (order === "found" || steps < 2) return asFound;
  const { deviations, norms } = standardised(values, steps, hiddenSize);
  if (order === "variance") return asFound.sort((a, b) => norms[b] - norms[a] || a - b);
  return bySimilarity(correlations(deviations, norms, steps, hiddenSize), hiddenSize);
}

/** Deviations from each unit's mean [H, T], and their Euclidean norms [H]. */
function standardised(values: Float32Array, steps: number, units: number) {
  const deviations = new Float64Array(values.length);
  const norms = new Float64Array(units);
  for (let unit = 0; unit < units; unit++) {
    let mean = 0;
    for (let step = 0; step < steps; step++) mean += values[step * units + unit] / steps;
    let square = 0;
    for (let step = 0; step < steps; step++) {
      const deviation = values[step * units + unit] - mean;
      deviations[unit * steps + step] = deviation;
      square += deviation * deviation;
    }
    norms[unit] = Math.sqrt(square);
  }
  return { deviations, norms };
}

/** Pearson's correlations [H, H]; 0 with a unit that never changes. */
function correlations(
  deviations: Float64Array,
  norms: Float64Array,
  steps: number,
  units: number,
): Float64Array {
  const found = new Float64Array(units * units);
  for (let a = 0; a < units; a++)
    for (let b = a + 1; b < units; b++) {
      let product = 0;
      for (let step = 0; step < steps; step++)
        product += deviations[a * steps + step] * deviations[b * steps + step];
      const scale = norms[a] * norms[b];
      found[a * units + b] = found[b * units + a] = scale > 0 ? product / scale : 0;
    }
  return found;
}

/** Merges the two most alike clusters until one is left; H³ at worst, for hundreds of units. */
function bySimilarity(alike: Float64Array, units: number): Int32Array {
  const between = Float64Array.from(alike);
  const leaves: (number[] | undefined)[] = Array.from({ length: units }, (_, unit) => [unit]);
  for (let left = units; left > 1; left--) {
    let [best, into, from] = [Number.NEGATIVE_INFINITY, 0, 0];
    for (let a = 0; a < units; a++) {
      if (!leaves[a]) continue;
      for (let b = a + 1; b < units; b++)
        if (leaves[b] && between[a * units + b] > best) [best, into, from] = [between[a * units + b], a, b];
    }
    const [a, b] = [leaves[into]!, leaves[from]!];
    const [sizeA, sizeB] = [a.length, b.length];
    for (let other = 0; other < units; other++) {
      const mean =
        (sizeA * between[into * units + other] + sizeB * between[from * units + other]) / (sizeA + sizeB);
      between[into * units + other] = between[other * units + into] = mean;
    }
    leaves[into] = joinedAtTheirMostAlikeEnds(a, b, alike, units);
    leaves[from] = undefined;
  }
  return Int32Array.from(leaves.find((leaf) => leaf !== undefined) ?? []);
}

function joinedAtTheirMostAlikeEnds(a: number[], b: number[], alike: Float64Array, units: number): number[] {
  const at = (left: number, right: number) => alike[left * units + right];
  const joins = [
    { meet: at(a[a.length - 1], b[0]), joined: () => [...a, ...b] },
    { meet: at(a[a.length - 1], b[b.length - 1]), joined: () => [...a, ...b.toReversed()] },
    { meet: at(a[0], b[0]), joined: () => [...a.toReversed(), ...b] },
    { meet: at(a[0], b[b.length - 1]), joined: () => [...b, ...a] },
  ];
  return joins.reduce((best, each) => (each.meet > best.meet ? each : best)).joined();
}
