// Recurrent layers of Keras, in one direction and in two.
import { cellOfKind, shapeWith } from "../../cells/cells.ts";
import { isRecord } from "../../options/field-checks.ts";
import { shown } from "../shown.ts";
import { KerasFields, KerasProblem } from "./keras-fields.ts";
import type { LayerContext } from "./layer-context.ts";
import { maskedInput } from "./mask-operations.ts";
import {
  describeRecurrent,
  isRecurrentClass,
  type RecurrentDescription,
  recurrentConfig,
  takeDirection,
} from "./recurrent-layer.ts";

const MERGES = { concat: "concat", sum: "sum", ave: "mean", mul: "product" } as const;

type Values = readonly (string | undefined)[];

/** SimpleRNN, LSTM, GRU, their CuDNN forms, and RNN around a cell. */
export function readRecurrent(context: LayerContext): Values {
  const { className, fields, arrays, hardSigmoidSlope } = context;
  const description = describeRecurrent(className, fields, hardSigmoidSlope);
  const weights = takeDirection(description, arrays);
  const direction = description.backwards ? "reverse" : "forward";
  const { config, tensors } = recurrentConfig(description, [weights], direction);
  const { builder, name } = context;
  const [, ...initial] = requireStates(context.inputs, description, 1);
  const added = builder.add(name, [maskedInput(context), ...initial], config, tensors);
  // Steps that are read backwards come out in that order.
  const isTurned = description.backwards && description.returns === "sequence";
  const zeroed = withoutMasked(context, description, added, name);
  const output = isTurned ? builder.add(`${name}_backwards`, [zeroed], { kind: "reverse-steps" }) : zeroed;
  return [output, ...states(context, description, added, [undefined])];
}

/** Bidirectional around any of these. Outputs that are not merged become two layers. */
export function readBidirectional(context: LayerContext): Values {
  const { builder, name, fields, arrays, hardSigmoidSlope } = context;
  const forwards = wrapped(fields, "layer", hardSigmoidSlope);
  const given = fields.get("backward_layer");
  const backwards = given === undefined ? forwards : wrapped(fields, "backward_layer", hardSigmoidSlope);
  // A backward layer of its own says that it goes backwards; the copy that Keras makes of the forward layer does not.
  if (forwards.backwards || !same(forwards, { ...backwards, backwards: false }))
    throw new KerasProblem("its two directions have different options, which is not read");
  const first = takeDirection(forwards, arrays);
  const second = takeDirection(forwards, arrays);
  const [, ...initial] = requireStates(context.inputs, forwards, 2);
  const inputs = [maskedInput(context), ...initial];
  const merge = fields.values.merge_mode === null ? null : fields.text("merge_mode", "concat");
  if (merge === null) {
    const each = (inputs.length - 1) / 2;
    const added = (["forward", "reverse"] as const).map((direction, at) => {
      const { config, tensors } = recurrentConfig(forwards, [[first, second][at]], direction);
      const read = [inputs[0], ...inputs.slice(1 + at * each, 1 + (at + 1) * each)];
      const own = `${name}_${["forward", "backward"][at]}`;
      return withoutMasked(context, forwards, builder.add(own, read, config, tensors), own);
    });
    return added;
  }
  if (!Object.hasOwn(MERGES, merge))
    throw new KerasProblem(
      `merge_mode is ${shown(merge)}, needed one of ${Object.keys(MERGES).join(", ")}, null`,
    );
  const ours = MERGES[merge as keyof typeof MERGES];
  const { config, tensors } = recurrentConfig(forwards, [first, second], "bidirectional", ours);
  const added = builder.add(name, inputs, config, tensors);
  const output = withoutMasked(context, forwards, added, name);
  return [output, ...states(context, forwards, added, ["forward", "reverse"])];
}

/** Outputs of which those of masked steps are zero, where the layer wants it so and steps may be masked. */
function withoutMasked(
  { builder }: LayerContext,
  { zeroesMasked, returns }: RecurrentDescription,
  output: string,
  name: string,
): string {
  if (!zeroesMasked || returns === "last" || !builder.maskOf(output)) return output;
  return builder.add(`${name}_zeroed`, [output], { kind: "zero-masked" });
}

/** The states behind a layer's outputs, h and for an LSTM c of each direction, where the layer gives them and something reads them. */
function states(
  { builder, name, isUsed }: LayerContext,
  { cell, returnsState }: RecurrentDescription,
  layer: string,
  directions: readonly ("forward" | "reverse" | undefined)[],
): Values {
  if (!returnsState) return [];
  const parts = statesOf(cell);
  return directions
    .flatMap((direction) => parts.map((of) => ({ of, direction })))
    .map(({ of, direction }, at) => {
      if (!isUsed(at + 1)) return undefined;
      const config = { kind: "final-state", of, ...(direction && { direction }) } as const;
      return builder.add([name, direction, of].filter(Boolean).join("_"), [layer], config);
    });
}

/** Names of the states that a cell carries; no option of these cells changes them. */
function statesOf(cell: RecurrentDescription["cell"]): readonly string[] {
  return shapeWith(cellOfKind(cell), { inputSize: 1, hiddenSize: 1 }).states.map(({ name }) => name);
}

/** Sequences, and behind them either no states to begin in or all of them. */
function requireStates(
  inputs: readonly string[],
  { cell }: RecurrentDescription,
  directions: number,
): readonly string[] {
  const all = 1 + directions * statesOf(cell).length;
  if (inputs.length !== 1 && inputs.length !== all)
    throw new KerasProblem(`it reads ${inputs.length} values, needed 1, or ${all} with its initial states`);
  return inputs;
}

function wrapped(fields: KerasFields, name: string, slope: number): RecurrentDescription {
  const layer = fields.get(name);
  if (!isRecord(layer) || typeof layer.class_name !== "string" || !isRecurrentClass(layer.class_name))
    throw new KerasProblem(
      `its ${name} is ${shown(isRecord(layer) ? layer.class_name : layer)}, which is no recurrent layer that is read`,
    );
  return describeRecurrent(layer.class_name, new KerasFields(layer.config), slope);
}

function same(a: RecurrentDescription, b: RecurrentDescription): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
