import { UnrolledError } from "../../errors.ts";
import { isWhole } from "../../whole-numbers.ts";
import { shapeText, type Tensor } from "../tensor.ts";
import { tracer } from "../tracing.ts";
import { entriesAt, stepsOf } from "./entries-at.ts";

/** What is taken of an axis: all of it, one entry, which leaves no axis, or every step-th entry from `start` to before `end`. */
export type SliceRange =
  | null
  | number
  | {
      /** The first entry; negative ones count from the end. The first of the axis if not given, its last with a negative step. */
      readonly start?: number;
      /** The entry before which it ends; negative ones count from the end. Behind the last entry that there is if not given. */
      readonly end?: number;
      /** 1 if not given; a negative step goes backwards. */
      readonly step?: number;
    };

/**
 * A part of x, range by range for its first axes; the axes behind them stay whole. `slice(x, [null, { start: 1 }, -1])` is what others
 * write as x[:, 1:, −1]. A copy, of numbers or whole numbers.
 *
 * @throws UnrolledError "invalid-argument" for more ranges than axes, an entry outside its axis, or a range without entries
 */
export function slice(x: Tensor, ranges: readonly SliceRange[]): Tensor {
  if (ranges.length > x.shape.length) {
    throw new UnrolledError("invalid-argument", {
      call: "slice",
      problem: `${ranges.length} ranges are more than the axes of ${shapeText(x.shape)}`,
    });
  }
  const steps = stepsOf(x.shape);
  let start = 0;
  const parts = x.shape.map((length, axis) => {
    const part = partOf(x.shape, axis, ranges[axis] ?? null);
    start += part.first * steps[axis];
    return {
      length: part.count ?? 1,
      step: part.step * steps[axis],
      isKept: part.count !== undefined,
      whole: length,
    };
  });
  const y = entriesAt(
    x,
    start,
    parts,
    parts.filter(({ isKept }) => isKept).map(({ length }) => length),
  );
  tracer?.operation("slice", [x], y, { ranges });
  return y;
}

interface AxisPart {
  readonly first: number;
  readonly step: number;
  /** Undefined: one entry, and no axis. */
  readonly count: number | undefined;
}

function partOf(shape: readonly number[], axis: number, range: SliceRange): AxisPart {
  const length = shape[axis];
  const refuse = (what: string) =>
    new UnrolledError("invalid-argument", {
      call: "slice",
      problem: `${what} of axis ${axis} of ${shapeText(shape)}`,
    });
  const fromStart = (index: number) => (index < 0 ? length + index : index);
  if (range === null) return { first: 0, step: 1, count: length };
  if (typeof range === "number") {
    const first = fromStart(range);
    if (!isWhole(first, 0, length - 1)) throw refuse(`${range} is no entry`);
    return { first, step: 1, count: undefined };
  }
  const { step = 1 } = range;
  if (!isWhole(Math.abs(step), 1, 2 ** 31 - 1)) throw refuse(`step ${step} is no step along the entries`);
  const first = fromStart(range.start ?? (step > 0 ? 0 : length - 1));
  const behind = range.end === undefined ? (step > 0 ? length : -1) : fromStart(range.end);
  const count = Math.ceil((behind - first) / step);
  if (!isWhole(first, 0, length - 1) || !isWhole(behind, -1, length) || !isWhole(count, 1)) {
    throw refuse(`${range.start ?? "the start"} to ${range.end ?? "the end"} in steps of ${step} is no part`);
  }
  return { first, step, count };
}
