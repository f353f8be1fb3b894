// A recurrent network whose cell is made of tensor operations: output_t, state_t = step(x_t, state_{t−1}), with gradients by the tape.
import { UnrolledError } from "../errors.ts";
import { chooseRows } from "../tensor/operations/choose-rows.ts";
import { select, stack } from "../tensor/operations/shapes.ts";
import { shapeText, Tensor, zeros } from "../tensor/tensor.ts";
import { requireLengths } from "../whole-numbers.ts";

/**
 * A cell that you write: one step, made of tensor operations. What it carries from step to step is a tensor whose
 * first axis is B, or several of them in an array or a plain object.
 */
export interface UnrolledCell<State extends object> {
  /** Reads x [B, …] in a state; the next state has the same shapes. */
  step(x: Tensor, state: State): { readonly output: Tensor; readonly state: State };
}

/** How sequences are read. */
export interface UnrollOptions {
  /** Steps that each sequence has, 1 to T, in any order; all T if not given. */
  readonly lengths?: readonly number[] | undefined;
  /** Whether each sequence is read from its end to its beginning; false if not given. */
  readonly reverse?: boolean;
}

/** What reading sequences with a cell gives. */
export interface Unrolled<State extends object> {
  /** Outputs of all steps [T, B, …], each where its input stands; zero after a sequence's end. */
  readonly outputs: Tensor;
  /** State after the step that each sequence was read to last. */
  readonly state: State;
}

/** Reads sequences xs [T, B, …] with a cell, from a state. */
export function unroll<State extends object>(
  cell: UnrolledCell<State>,
  xs: Tensor,
  state: State,
  { lengths, reverse = false }: UnrollOptions = {},
): Unrolled<State> {
  const [steps, batch] = xs.shape;
  checkLengths(xs, lengths);
  const outputs: Tensor[] = [];
  let carried = state;
  const last = Math.max(...(lengths ?? [steps]));
  for (let index = 0; index < last; index++) {
    const t = reverse ? last - 1 - index : index;
    const next = cell.step(select(xs, t), carried);
    const active = lengths?.map((length) => t < length);
    const whole = !active || active.every((each) => each);
    if (!whole) checkRows(next.output, batch);
    outputs.push(whole ? next.output : chooseRows(active, next.output));
    carried = whole ? next.state : (mergeStates(active, next.state, carried) as State);
  }
  if (reverse) outputs.reverse();
  // Steps that no sequence has are not computed.
  const { shape, device } = outputs[0];
  for (let t = last; t < steps; t++) outputs.push(zeros(device, shape));
  return { outputs: stack(outputs), state: carried };
}

/** The state after a step where a sequence goes on, the one before where it has ended. */
function mergeStates(active: readonly boolean[], next: unknown, before: unknown): unknown {
  if (next instanceof Tensor) {
    checkRows(next, active.length);
    if (before instanceof Tensor && shapeText(before.shape) === shapeText(next.shape))
      return chooseRows(active, next, before);
  } else if (Array.isArray(next) && Array.isArray(before) && next.length === before.length) {
    return next.map((part, index) => mergeStates(active, part, before[index]));
  } else if (isPlain(next) && isPlain(before)) {
    return Object.fromEntries(
      Object.entries(next).map(([name, part]) => [name, mergeStates(active, part, before[name])]),
    );
  } else if (next === undefined && before === undefined) return undefined;
  throw new UnrolledError("shape-mismatch", {
    call: "unroll",
    problem: `step made ${partText(next)} of a state that was ${partText(before)}, needed tensors of the same shapes`,
  });
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function partText(part: unknown): string {
  if (part instanceof Tensor) return shapeText(part.shape);
  return Array.isArray(part) ? `an array of ${part.length}` : part === undefined ? "nothing" : "an object";
}

function checkRows({ shape }: Tensor, batch: number): void {
  if (shape[0] === batch) return;
  throw new UnrolledError("shape-mismatch", {
    call: "unroll",
    problem: `step made ${shapeText(shape)} where sequences of unequal length need the first axis to be B, ${batch}`,
  });
}

/** An error unless xs is [T, B, …] and the lengths fit. */
function checkLengths({ shape }: Tensor, lengths: readonly number[] | undefined): void {
  const [steps, batch] = shape;
  if (shape.length < 2) {
    throw new UnrolledError("shape-mismatch", {
      call: "unroll",
      problem: `input has shape ${shapeText(shape)}, needed [T, B, …]`,
    });
  }
  requireLengths("unroll", lengths, batch, steps);
}
