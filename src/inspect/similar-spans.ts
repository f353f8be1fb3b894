// A pattern that was brushed in one place, found elsewhere (Strobelt, Gehrmann, Pfister & Rush, "LSTMVis", 2018): the units that are
// above a threshold all along the brushed steps, and the other stretches in which they are so too.
import { UnrolledError } from "../errors.ts";

/** The stretch and the units that were chosen. */
export interface BrushedSpan {
  /** Steps `from` to `to` − 1. */
  readonly from: number;
  readonly to: number;
  /** A unit is on where its magnitude is above this; 0.3 if not given. */
  readonly threshold?: number | undefined;
  /** Units to look for; those that are on all along the span, with the same sign, if not given. */
  readonly units?: readonly number[] | undefined;
  /** Share of the units that have to be on elsewhere, above 0 to 1; 0.75 if not given. */
  readonly share?: number | undefined;
  /** 20 if not given. */
  readonly limit?: number | undefined;
}

/** A stretch that is like the chosen one. */
export interface SimilarSpan {
  readonly from: number;
  readonly to: number;
  /** Mean share of the units that are on in it, times how near its length comes to that of the brushed one (shorter / longer). */
  readonly score: number;
}

/**
 * The units that make a pattern, and where else it is: best first, without the brushed span. `activations` are [T, H].
 *
 * @throws UnrolledError "invalid-argument" for a span outside the activations, or a share that is not above 0 to 1
 */
export function similarSpans(
  activations: Float32Array,
  hiddenSize: number,
  brushed: BrushedSpan,
): { readonly units: readonly number[]; readonly spans: readonly SimilarSpan[] } {
  const { from, to, threshold = 0.3, share = 0.75, limit = 20 } = brushed;
  const steps = activations.length / hiddenSize;
  if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && to > from && to <= steps))
    throw new UnrolledError("invalid-argument", {
      call: "similarSpans",
      problem: `from and to are ${from} and ${to}, needed 0 to ${steps} and at least one step`,
    });
  if (!(share > 0 && share <= 1))
    throw new UnrolledError("invalid-argument", {
      call: "similarSpans",
      subject: "share",
      got: `${share}`,
      needed: "above 0 to 1",
    });
  const signAt = (t: number, unit: number) => {
    const value = activations[t * hiddenSize + unit];
    return Math.abs(value) > threshold ? Math.sign(value) : 0;
  };
  const all = brushed.units ?? Array.from({ length: hiddenSize }, (_, unit) => unit);
  const units = all.filter((unit) => {
    const sign = signAt(from, unit);
    for (let t = from; t < to; t++) if (sign === 0 || signAt(t, unit) !== sign) return false;
    return true;
  });
  if (units.length === 0) return { units, spans: [] };
  const signs = units.map((unit) => signAt(from, unit));
  const shares = Float64Array.from(
    { length: steps },
    (_, t) => units.filter((unit, index) => signAt(t, unit) === signs[index]).length / units.length,
  );
  const spans: SimilarSpan[] = [];
  for (let start = 0; start < steps; ) {
    if (shares[start] < share) {
      start += 1;
      continue;
    }
    let end = start + 1;
    while (end < steps && shares[end] >= share) end++;
    if (end <= from || start >= to)
      spans.push({ from: start, to: end, score: scoreOf(shares, start, end, to - from) });
    start = end;
  }
  spans.sort((a, b) => b.score - a.score || a.from - b.from);
  return { units, spans: spans.slice(0, limit) };
}

function scoreOf(shares: Float64Array, from: number, to: number, brushedLength: number): number {
  let total = 0;
  for (let t = from; t < to; t++) total += shares[t];
  const length = to - from;
  return (total / length) * (Math.min(length, brushedLength) / Math.max(length, brushedLength));
}
