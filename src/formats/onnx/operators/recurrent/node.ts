// RNN, GRU and LSTM of ONNX: what the nodes have in common. Inputs X W R B sequence_lens initial_h initial_c P, outputs Y Y_h Y_c.
import type { Action, NodeContext } from "../../operator.ts";
import { copied, describeValue, type OnnxValue, problem } from "../../value.ts";
import { DEFAULT_ACTIVATIONS, layoutOf, type NodeKind, type NodeOptions } from "./cell.ts";
import { type DirectionSize, runDirection } from "./direction.ts";
import { activationsOf } from "./node-activations.ts";
import { NodeRoom } from "./node-room.ts";
import { runOnPlaces } from "./on-places.ts";
import { fillStates, type Layout, layInput, readSequence, readState } from "./places.ts";
import { type DirectionWeights, type ForeignWeights, placeWeights } from "./weights.ts";

const INPUT = { X: 0, W: 1, R: 2, B: 3, LENGTHS: 4, H: 5, C: 6, P: 7 } as const;

/** Steps that a recording holds the calls of. */
const MOST_STEPS = 2 ** 12;

/** A kind of recurrent node. */
export interface RecurrentKind {
  readonly cell: NodeKind;
  /** Where weights are stored in another way: how to read them as float32 [D, G·H, K]. */
  readonly weights?: (inputs: readonly (OnnxValue | undefined)[], index: 1 | 2) => OnnxValue;
  readonly quantized?: boolean;
}

/** Shapes of the weights of all directions, checked. */
interface Sizes {
  readonly directions: number;
  readonly hidden: number;
  readonly input: number;
}

export function prepareRecurrent(node: NodeContext, kind: RecurrentKind): Action {
  const { attributes, machine } = node;
  const { device } = machine;
  const direction = attributes.choice("direction", ["forward", "reverse", "bidirectional"], "forward");
  const directions = direction === "bidirectional" ? 2 : 1;
  const layout: Layout = attributes.flag("layout") ? "batch-major" : "time-major";
  const clip = attributes.float("clip", 0);
  const isLstm = kind.cell === "lstm";
  const coupled = isLstm && attributes.flag("input_forget");
  const resetAfter = kind.cell === "gru" && attributes.flag("linear_before_reset");
  const hiddenSize = attributes.has("hidden_size") ? attributes.int("hidden_size", 0) : undefined;
  if (!(clip >= 0)) throw problem(`attribute clip is ${clip}, needed a number from 0`);
  const activations = activationsOf(attributes, directions, DEFAULT_ACTIVATIONS[kind.cell]);
  const peepholes = isLstm && node.given(INPUT.P);
  const options = activations.map(
    (own): NodeOptions => ({ activations: own, clip, coupled, resetAfter, peepholes }),
  );
  const { gates } = layoutOf(kind.cell, coupled).layout;
  node.recurrent({ carried: true, causal: direction === "forward" });

  const sizesOf = (
    inputs: readonly (OnnxValue | undefined)[],
  ): Sizes & { readonly w: OnnxValue; readonly r: OnnxValue } => {
    const w = kind.weights?.(inputs, INPUT.W) ?? inputs[INPUT.W]!;
    const r = kind.weights?.(inputs, INPUT.R) ?? inputs[INPUT.R]!;
    const hidden = r.dims[2] ?? 0;
    const input = w.dims[2] ?? 0;
    const rows = gates.length * hidden;
    requireShape(w, [directions, rows, input], "W");
    requireShape(r, [directions, rows, hidden], "R");
    if (inputs[INPUT.B]) requireShape(inputs[INPUT.B]!, [directions, 2 * rows], "B");
    if (inputs[INPUT.P]) requireShape(inputs[INPUT.P]!, [directions, 3 * hidden], "P");
    if (!(hidden > 0 && input > 0) || (hiddenSize !== undefined && hiddenSize !== hidden)) {
      throw problem(`R is ${describeValue(r)}, and hidden_size ${hiddenSize ?? "is not given"}`);
    }
    return { directions, hidden, input, w, r };
  };
  const place = (inputs: readonly (OnnxValue | undefined)[]) => {
    const { w, r, ...sizes } = sizesOf(inputs);
    return {
      sizes,
      weights: options.map((own, d) =>
        placeWeights(machine, kind.cell, own, cut({ w, r }, inputs, d, directions), sizes),
      ),
    };
  };
  // What is left out is as constant as what is given as a constant.
  const fixed = [INPUT.W, INPUT.R, INPUT.B, INPUT.P, 8, 9, 10, 11].map((input) => ({
    input,
    value: node.constant(input),
  }));
  const known = fixed.every(({ input, value }) => value !== undefined || !node.given(input))
    ? place(Array.from({ length: 12 }, (_, input) => node.constant(input)))
    : undefined;

  if (known) node.release(...fixed.map(({ input }) => input));
  const room = new NodeRoom(machine, (d) => direction === "reverse" || d === 1, kind.quantized ?? false);
  const run = (
    inputs: readonly (OnnxValue | undefined)[],
    { sizes, weights }: { readonly sizes: Sizes; readonly weights: readonly DirectionWeights[] },
  ): readonly OnnxValue[] => {
    const x = inputs[INPUT.X]!;
    if (x.dims.length !== 3 || x.dims[2] !== sizes.input || x.type !== "float32") {
      throw problem(
        `X is ${describeValue(x)}, needed float32 of three axes, the last of length ${sizes.input}`,
      );
    }
    const [steps, batch] = layout === "time-major" ? x.dims : [x.dims[1], x.dims[0]];
    const size: DirectionSize = { steps, batch, input: sizes.input, hidden: sizes.hidden };
    const stream = machine.stream?.carries(node.number) ? machine.stream : undefined;
    stream?.reads(steps);
    const before = stream?.states.get(node.number);
    const lengths = lengthsOf(inputs[INPUT.LENGTHS], batch, steps);
    const stateDims =
      layout === "time-major" ? [directions, batch, sizes.hidden] : [batch, directions, sizes.hidden];
    const initialH = before?.h ?? inputs[INPUT.H];
    const initialC = isLstm ? (before?.c ?? inputs[INPUT.C]) : undefined;
    if (initialH) requireShape(initialH, stateDims, "initial_h");
    if (initialC) requireShape(initialC, stateDims, "initial_c");
    const y = node.wanted(0)
      ? machine.make(
          "float32",
          layout === "time-major"
            ? [steps, directions, batch, sizes.hidden]
            : [batch, steps, directions, sizes.hidden],
        )
      : undefined;
    const h = machine.make("float32", stateDims);
    const c = isLstm ? machine.make("float32", stateDims) : undefined;
    if (h.data.length > 0) {
      const isFixed = weights === known?.weights;
      const all = { size, weights, isFixed, hasLengths: lengths !== undefined };
      const values = { x, initial: [initialH, initialC], last: c ? [h, c] : [h], y };
      const isDone =
        isFixed &&
        !kind.quantized &&
        !stream &&
        !inputs[INPUT.LENGTHS] &&
        steps <= MOST_STEPS &&
        machine.onPlaces([x, initialH, initialC, h, c, y], (recording) => {
          const laid = room.layAt(all, (elements) => recording.temporary(elements));
          runOnPlaces(recording, laid, layout, values);
        });
      if (isDone) return [y ?? h, h, ...(c ? [c] : [])];
      room.use(all, (laid) => {
        if (lengths) device.heap.ints().set(lengths, laid.lengths);
        laid.directions.forEach((own, d) => {
          const [hs, cs] = own.run.states;
          const at = { size, layout, direction: d, directions, reverse: own.run.reverse };
          // Where a quantised direction has rounded the input, the next one lays it anew.
          if (d === 0 || kind.quantized) layInput(device, x, at, laid.xs);
          fillStates(device, initialH, at, hs);
          if (c) fillStates(device, initialC, at, cs);
          runDirection(machine, own);
          if (y) readSequence(device, hs, at, lengths, y);
          readState(device, hs, at, h);
          if (c) readState(device, cs, at, c);
        });
      });
    }
    stream?.states.set(node.number, c ? { h: copied(h), c: copied(c) } : { h: copied(h) });
    return [y ?? h, h, ...(c ? [c] : [])];
  };
  return (inputs) =>
    known ? run(inputs, known) : device.scope(() => ({ made: run(inputs, place(inputs)) })).made;
}

/** One direction's part of the weights. */
function cut(
  { w, r }: { readonly w: OnnxValue; readonly r: OnnxValue },
  inputs: readonly (OnnxValue | undefined)[],
  direction: number,
  directions: number,
): ForeignWeights {
  const part = ({ data }: OnnxValue) => {
    const size = data.length / directions;
    return (data as Float32Array).subarray(direction * size, (direction + 1) * size);
  };
  const optional = (value: OnnxValue | undefined) => value && part(value);
  return { w: part(w), r: part(r), b: optional(inputs[INPUT.B]), p: optional(inputs[INPUT.P]) };
}

function requireShape(value: OnnxValue, dims: readonly number[], name: string): void {
  if (value.type !== "float32" || value.dims.join() !== dims.join()) {
    throw problem(`${name} is ${describeValue(value)}, needed ${describeValue({ type: "float32", dims })}`);
  }
}

/** sequence_lens, unless all sequences have all steps. */
function lengthsOf(value: OnnxValue | undefined, batch: number, steps: number): number[] | undefined {
  if (!value) return undefined;
  const lengths = Array.from(value.data);
  if (
    lengths.length !== batch ||
    !lengths.every((length) => Number.isInteger(length) && length >= 0 && length <= steps)
  ) {
    throw problem(
      `sequence_lens is [${lengths.join(", ")}], needed ${batch} whole numbers from 0 to ${steps}`,
    );
  }
  return lengths.every((length) => length === steps) ? undefined : lengths;
}
