// The recurrent kinds: whatever the cell, a layer of it stands in a network in the same way.

import { CELL_KINDS, type CellKind, cellOfKind } from "../../cells/cells.ts";
import { objectOf, oneOf } from "../../options/field-checks.ts";
import type { RecurrentState } from "../../recurrent/recurrent.ts";
import { layerFields, type OptionsOfKind } from "../../recurrent/recurrent-options.ts";
import { RecurrentStack } from "../../recurrent/recurrent-stack.ts";
import { stack } from "../../tensor/operations/shapes.ts";
import { ints, type Tensor } from "../../tensor/tensor.ts";
import { firstSums } from "../first-sums.ts";
import type { LayerCall, LayerKind } from "../layer-kind.ts";
import type { MaskedValue } from "../mask.ts";
import { isBatchFirst, recurrentOutputAxes, shapeOf } from "../recurrent-axes.ts";
import { initialStateProblem, recurrentShapes, statesOf } from "../recurrent-shapes.ts";
import type { StepValue } from "../step-value.ts";
import { axesText, differ, floats, mismatch } from "../value-shape.ts";

/** Options that JSON can hold. */
export type Plain<Options> = Omit<Options, "generator">;

/** What a recurrent layer hands on: all steps, or the last output of each sequence. */
export type Returns = "sequence" | "last";

/**
 * A recurrent layer and its options. One of a single layer may read its states before the first step too, behind the sequences:
 * h [B, P], for an LSTM c [B, H]; h, c, h, c in two directions.
 */
export type RecurrentLayerConfig = {
  [Kind in CellKind]: {
    readonly kind: Kind;
    readonly options: Plain<OptionsOfKind<Kind>>;
    readonly returns: Returns;
  };
}[CellKind];

/** A description for each of them. */
export const recurrentKinds = Object.fromEntries(CELL_KINDS.map((kind) => [kind, recurrentKind(kind)])) as {
  readonly [Kind in CellKind]: LayerKind<Extract<RecurrentLayerConfig, { kind: Kind }>, RecurrentStack>;
};

/** The description of layers over a cell that is known by this kind. */
export function recurrentKind<Kind extends CellKind>(
  kind: Kind,
): LayerKind<Extract<RecurrentLayerConfig, { kind: Kind }>, RecurrentStack> {
  return {
    fields: {
      needed: { options: objectOf(layerFields(cellOfKind(kind))), returns: oneOf("sequence", "last") },
    },
    inputs: [1, Infinity],

    shape(config, [{ axes }, ...given]) {
      const { inputSize } = config.options;
      const batchFirst = isBatchFirst(config);
      if (axes.length !== 3 || differ(axes[2], inputSize))
        return mismatch(axes, batchFirst ? `[B, T, ${inputSize}]` : `[T, B, ${inputSize}]`);
      const states = statesOf(config, axes[batchFirst ? 0 : 1]);
      const problem = initialStateProblem(config, states, given);
      return problem ? { problem } : { ...floats(recurrentOutputAxes(config, axes)), states };
    },

    parameters: (config) => recurrentShapes(config),

    build: (device, config, { generator }) =>
      new RecurrentStack(device, cellOfKind(kind), {
        ...config.options,
        batchFirst: isBatchFirst(config),
        generator,
      }),

    apply: (call) => readSequences(call),

    begins: { from: 1, state: stateBefore },

    streamProblem(config, read) {
      const { direction = "forward" } = config.options;
      if (direction !== "forward")
        return `reads ${direction === "reverse" ? "backwards" : "both ways"}, and the end of a stream is not known`;
      if (read.length > 1) return "begins in a state that another layer gives";
      const [{ axes }] = read;
      const [first, second] = isBatchFirst(config) ? ["B", "T"] : ["T", "B"];
      return axes[0] === first && axes[1] === second
        ? undefined
        : `reads ${axesText(axes)}, needed [${first}, ${second}, …] with free lengths`;
    },

    step(room, { module, read: [x], width }) {
      const state = room.recurrent(module);
      const sumsOf = firstSums(room, module, x);
      const value: StepValue = { at: 0, width, kind: "float" };
      const run = (rows: number) => {
        value.at = state.advance(rows, x.at, sumsOf?.());
      };
      return { value, run };
    },
  };
}

/** Runs a layer and hands on what its configuration says: all steps, or where each direction ended. */
function readSequences(call: LayerCall<RecurrentLayerConfig, RecurrentStack>) {
  const { config, module, values, state: given, observe } = call;
  const [value, ...states] = values;
  const { tensor, lengths, mask } = value;
  const before = given ?? stateBefore(config, states);
  const steps = mask && ints(tensor.device, mask.kept, mask.shape);
  const read = { state: before, lengths, mask: steps };
  const { outputs, lastOutput, state } = module.forward(tensor, read, observe);
  if (config.returns === "sequence") return { value: { ...value, tensor: outputs }, state };
  return { value: { tensor: lastOutput }, state };
}

/** The state before the first step that other layers give, if they do: each of the cell's states, of each direction. */
function stateBefore(
  config: RecurrentLayerConfig,
  values: readonly MaskedValue[],
): RecurrentState | undefined {
  if (values.length === 0) return undefined;
  const { states } = shapeOf(config);
  const parts = states.map(({ name }, part) => {
    const own = values.filter((_, at) => at % states.length === part);
    return [name, stack(own.map(({ tensor }) => tensor))] as const;
  });
  return Object.fromEntries(parts) as RecurrentState & { readonly h: Tensor };
}
