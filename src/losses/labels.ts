// Targets of losses that sum over alignments: a list of labels for each sequence, none of which is the blank.
import { UnrolledError } from "../errors.ts";
import { deviceOf } from "../tensor/operations/output.ts";
import { shapeText, Tensor } from "../tensor/tensor.ts";
import { isWhole, requireLengths, requireWhole } from "../whole-numbers.ts";
import { requireReduction } from "./reduce-losses.ts";

/** Options of the losses that sum over alignments. */
export interface AlignmentLossOptions {
  /** Steps of each of the B sequences, up to T; all T if not given. What stands behind them counts for nothing. */
  readonly inputLengths?: readonly number[] | undefined;
  /** Labels of each target, from 0 on; all that it has if not given. */
  readonly targetLengths?: readonly number[] | undefined;
  /** The class that is no label, from 0 to V − 1; 0 if not given. */
  readonly blank?: number;
  /** Whether a loss that is infinite, since no alignment is possible, counts as 0 with no gradient; false if not given. */
  readonly zeroInfinity?: boolean;
  readonly reduction?: "mean" | "sum" | "none";
}

/** Targets one behind the other, and where each begins. */
export interface Labels {
  readonly ids: Int32Array;
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
  readonly inputLengths: readonly number[];
  readonly blank: number;
}

/** What targets have to fit. */
interface LabelSizes {
  readonly B: number;
  readonly T: number;
  readonly V: number;
  /** The fewest steps that a sequence may have. */
  readonly least: number;
  /** U + 1, where there is room for so many labels and no more. */
  readonly places?: number;
}

/** The labels of B targets, after all checks. */
export function labelsOf(
  call: string,
  targets: Tensor | readonly (readonly number[])[],
  options: AlignmentLossOptions,
  { B, T, V, least, places }: LabelSizes,
): Labels {
  const { inputLengths, targetLengths, blank = 0, reduction = "mean" } = options;
  requireReduction(call, reduction);
  requireWhole(call, "blank", blank, 0, V - 1);
  requireLengths(call, inputLengths, B, T, { name: "inputLengths", least });
  const lists = targets instanceof Tensor ? rowsOf(call, targets, B) : listsOf(call, targets, B);
  const most = lists.reduce((longest, { length }) => Math.max(longest, length), 0);
  requireLengths(call, targetLengths, B, most, { name: "targetLengths", least: 0 });
  const lengths = lists.map((list, b) => targetLengths?.[b] ?? list.length);
  for (const [b, list] of lists.entries()) {
    if (lengths[b] > list.length)
      throw new UnrolledError("shape-mismatch", {
        call,
        problem: `target ${b} has ${list.length} labels, and targetLengths says ${lengths[b]}`,
      });
    if (places !== undefined && lengths[b] >= places)
      throw new UnrolledError("shape-mismatch", {
        call,
        problem: `target ${b} has ${lengths[b]} labels, and there are ${places} places, needed one more than labels`,
      });
    for (let u = 0; u < lengths[b]; u++) {
      if (isWhole(list[u], 0, V - 1) && list[u] !== blank) continue;
      const why = list[u] === blank ? "is the blank" : `is not one of the ${V} classes`;
      throw new UnrolledError("invalid-argument", {
        call,
        problem: `label ${u} of target ${b}, ${list[u]}, ${why}`,
      });
    }
  }
  const starts: number[] = [];
  let count = 0;
  for (const length of lengths) {
    starts.push(count);
    count += length;
  }
  const ids = new Int32Array(count);
  for (const [b, list] of lists.entries()) ids.set(Array.from(list).slice(0, lengths[b]), starts[b]);
  return { ids, starts, lengths, blank, inputLengths: inputLengths ?? new Array<number>(B).fill(T) };
}

function rowsOf(call: string, targets: Tensor, B: number): Int32Array[] {
  deviceOf([], [targets]);
  const [rows, width] = targets.shape;
  if (targets.shape.length !== 2 || rows !== B) {
    throw new UnrolledError("shape-mismatch", {
      call,
      problem: `targets have shape ${shapeText(targets.shape)}, needed [${B}, U]`,
    });
  }
  const labels = Int32Array.from(targets.read());
  return Array.from({ length: B }, (_, b) => labels.subarray(b * width, (b + 1) * width));
}

function listsOf(call: string, targets: unknown, B: number): readonly ArrayLike<number>[] {
  const isList = (list: unknown): list is ArrayLike<number> =>
    Array.isArray(list) || (ArrayBuffer.isView(list) && "length" in list);
  if (Array.isArray(targets) && targets.length === B && targets.every(isList)) return targets;
  const came = Array.isArray(targets) ? `${targets.length} entries` : typeof targets;
  throw new UnrolledError("shape-mismatch", {
    call,
    problem: `targets are ${came}, needed ${B} lists of labels, or whole numbers [${B}, U]`,
  });
}
