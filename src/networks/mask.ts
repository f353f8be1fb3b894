// Which steps of sequences count. A mask travels beside a tensor through the layers that leave its steps where they are, until a
// recurrent layer reads both.
import { UnrolledError } from "../errors.ts";
import type { RecurrentState } from "../recurrent/recurrent.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Axis } from "./config.ts";

/** Steps that count, in the layout of the tensor's first two axes: 1 for those, 0 for padding. */
export interface StepMask {
  readonly shape: readonly [number, number];
  readonly kept: Uint8Array;
}

/** A tensor between two layers, with what is known of its steps. */
export interface MaskedValue {
  readonly tensor: Tensor;
  /** Steps that each sequence has; all if not given. */
  readonly lengths?: readonly number[] | undefined;
  readonly mask?: StepMask | undefined;
  /** How many rows, one behind the other, of what is held against it each of its rows stands for; 1 if not given. */
  readonly repeats?: number | undefined;
  /** Of what a recurrent layer puts out: where it has ended. */
  readonly state?: RecurrentState | undefined;
}

/** Whether `lengths` are those of an input's steps: not where its steps are others than T, as those of a decoder are. */
export function hasLengths(axes: readonly Axis[]): boolean {
  const isOf = (axis: Axis) => axis === "B" || typeof axis === "number";
  return axes.length > 1 && (axes.includes("T") || axes.every(isOf));
}

/** The mask of ids [B, T] (or [T, B]) of which one is padding. */
export function maskOfIds(ids: Tensor, padding = 0): StepMask {
  return maskOf(ids, padding, ids.size);
}

/** The mask of steps [B, T, …] whose entries are not all `value`. */
export function maskOfSteps(xs: Tensor, value: number): StepMask {
  const [first, second] = xs.shape;
  return maskOf(xs, value, first * second);
}

/** The mask of steps that count in both, one of which may be missing. */
export function bothMasks(a: StepMask | undefined, b: StepMask | undefined): StepMask | undefined {
  if (!a || !b) return a ?? b;
  return maskWhere(a.shape, a.kept.length, (step) => a.kept[step] === 1 && b.kept[step] === 1);
}

/** A mask of [B, T] as one of [T, B], or back. */
export function transposedMask({ shape: [first, second], kept }: StepMask): StepMask {
  const turned = new Uint8Array(kept.length);
  for (let i = 0; i < first; i++)
    for (let j = 0; j < second; j++) turned[j * first + i] = kept[i * second + j];
  return { shape: [second, first], kept: turned };
}

/** Which steps of [B, T, …] count, by lengths and mask: 1 for those, 0 for the others. */
export function keptSteps({ lengths, mask }: MaskedValue, batch: number, steps: number): Uint8Array {
  const kept = new Uint8Array(batch * steps);
  for (let b = 0; b < batch; b++)
    for (let t = 0; t < (lengths?.[b] ?? steps); t++) kept[b * steps + t] = mask?.kept[b * steps + t] ?? 1;
  return kept;
}

/** The value that a layer makes of one whose steps it leaves where they are. */
export function changed({ lengths, mask }: MaskedValue, tensor: Tensor): { readonly value: MaskedValue } {
  return { value: { tensor, lengths, mask } };
}

/** What is known of the steps of values that are combined step by step: those count which count in all. */
export function sharedSteps(values: readonly MaskedValue[]): Omit<MaskedValue, "tensor"> {
  return {
    lengths: values.find(({ lengths }) => lengths)?.lengths,
    mask: values.map(({ mask }) => mask).reduce(bothMasks, undefined),
  };
}

/** Where a layer does not leave steps where they are, it cannot be said which count afterwards. */
export function requireOneLength(name: string, kind: string, { lengths, mask }: MaskedValue): void {
  if (!lengths && !mask) return;
  throw new UnrolledError("invalid-argument", {
    call: "network",
    problem: `layer ${name} (${kind}) moves or joins steps, so sequences of unequal length cannot pass it; needed all of one length`,
  });
}

/** The mask of so many steps of x that are not all `value`. Where recurrences begin and end is planned by it, so it is read at once. */
function maskOf(x: Tensor, value: number, steps: number): StepMask {
  const { device, kind, shape } = x;
  const marks = new Tensor(device, device.allocate(steps), [steps], { kind: "int" });
  device.kernels.markRows({
    x: x.offset,
    value,
    whole: kind === "int" ? 1 : 0,
    marks: marks.offset,
    m: steps,
    n: x.size / steps,
  });
  const kept = Uint8Array.from(marks.read());
  device.free(marks.storage);
  return { shape: [shape[0], shape[1] ?? 1], kept };
}

function maskWhere(shape: readonly number[], steps: number, keeps: (step: number) => boolean): StepMask {
  const kept = new Uint8Array(steps);
  for (let step = 0; step < steps; step++) kept[step] = keeps(step) ? 1 : 0;
  return { shape: [shape[0], shape[1] ?? 1], kept };
}
