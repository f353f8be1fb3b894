// Recurrent layers of Keras, in one direction and in two.
import { shown } from "../shown.ts";
import { isRecord, KerasFields, KerasProblem } from "./keras-fields.ts";
import type { LayerContext } from "./layer-context.ts";
import {
  describeRecurrent,
  isRecurrentClass,
  type RecurrentDescription,
  recurrentConfig,
  takeDirection,
} from "./recurrent-layer.ts";

const MERGES = { concat: "concat", sum: "sum", ave: "mean", mul: "product" } as const;

/** SimpleRNN, LSTM, GRU, their CuDNN forms, and RNN around a cell. */
export function readRecurrent(context: LayerContext): readonly string[] {
  const { builder, name, className, fields, inputs, arrays, hardSigmoidSlope } = context;
  const description = describeRecurrent(className, fields, hardSigmoidSlope);
  requireOneInput(inputs);
  if (description.backwards && description.returns === "sequence")
    throw new KerasProblem(
      "it goes backwards and returns sequences, which comes out in reverse order and is not read",
    );
  const weights = takeDirection(description, arrays);
  const direction = description.backwards ? "reverse" : "forward";
  const { config, tensors } = recurrentConfig(description, [weights], direction);
  return [builder.add(name, inputs, config, tensors)];
}

/** Bidirectional around any of these. Outputs that are not merged become two layers. */
export function readBidirectional(context: LayerContext): readonly string[] {
  const { builder, name, fields, inputs, arrays, hardSigmoidSlope } = context;
  const forwards = wrapped(fields, "layer", hardSigmoidSlope);
  const given = fields.get("backward_layer");
  const backwards = given === undefined ? forwards : wrapped(fields, "backward_layer", hardSigmoidSlope);
  // A backward layer of its own says that it goes backwards; the copy that Keras makes of the forward layer does not.
  if (forwards.backwards || !same(forwards, { ...backwards, backwards: false }))
    throw new KerasProblem("its two directions have different options, which is not read");
  requireOneInput(inputs);
  const first = takeDirection(forwards, arrays);
  const second = takeDirection(forwards, arrays);
  const merge = fields.values.merge_mode === null ? null : fields.text("merge_mode", "concat");
  if (merge === null) {
    return (["forward", "reverse"] as const).map((direction, at) => {
      const { config, tensors } = recurrentConfig(forwards, [[first, second][at]], direction);
      return builder.add(`${name}_${["forward", "backward"][at]}`, inputs, config, tensors);
    });
  }
  if (!Object.hasOwn(MERGES, merge))
    throw new KerasProblem(
      `merge_mode is ${shown(merge)}, needed one of ${Object.keys(MERGES).join(", ")}, null`,
    );
  const ours = MERGES[merge as keyof typeof MERGES];
  const { config, tensors } = recurrentConfig(forwards, [first, second], "bidirectional", ours);
  return [builder.add(name, inputs, config, tensors)];
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

function requireOneInput(inputs: readonly string[]): void {
  if (inputs.length !== 1)
    throw new KerasProblem(
      `it reads ${inputs.length} values; initial states out of other layers are not read`,
    );
}
