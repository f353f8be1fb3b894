// Layers of Keras that join steps, or make them.
import { shown } from "../shown.ts";
import { KerasProblem } from "./keras-fields.ts";
import type { LayerContext } from "./layer-context.ts";
import { maskedInput, unmasked } from "./mask-operations.ts";

/** A vector repeated more often than this is not believed. */
const MOST_COPIES = 10_000;

/** MaxPooling1D and AveragePooling1D. */
export function readPooling({ builder, name, className, fields, inputs }: LayerContext): readonly string[] {
  fields.only("data_format", "channels_last");
  const size = fields.onlySize("pool_size", 2);
  const stride = fields.onlySize("strides", size);
  const padding = fields.text("padding", "valid");
  if (padding !== "valid" && padding !== "same")
    throw new KerasProblem(`padding is ${shown(padding)}, needed valid or same`);
  const pool = className.startsWith("Max") ? "max" : "average";
  const read = inputs.map((input) => unmasked(builder, name, input));
  return [builder.add(name, read, { kind: "pool1d", pool, size, stride, padding })];
}

/** GlobalMaxPooling1D and GlobalAveragePooling1D. */
export function readGlobalPooling(context: LayerContext): readonly string[] {
  const { builder, name, className, fields, inputs } = context;
  fields.only("data_format", "channels_last");
  fields.only("keepdims", false);
  const pool = className.startsWith("GlobalMax") ? "max" : "average";
  const read = pool === "max" ? unmasked(builder, name, inputs[0]) : maskedInput(context);
  return [builder.add(name, [read, ...inputs.slice(1)], { kind: "global-pool1d", pool })];
}

/** RepeatVector: [B, F] as every one of so many steps. */
export function readRepeatVector({ builder, name, fields, inputs }: LayerContext): readonly string[] {
  const count = fields.size("n");
  if (count > MOST_COPIES) throw new KerasProblem(`n is ${count}, no more than ${MOST_COPIES} are read`);
  const width = builder.shapeOf(inputs[0])?.axes[1] ?? -1;
  const shape = [1, typeof width === "number" ? width : -1];
  const step = builder.add(count === 1 ? name : `${name}_step`, inputs, { kind: "reshape", shape });
  if (count === 1) return [step];
  return [
    builder.add(
      name,
      Array.from({ length: count }, () => step),
      { kind: "concat", axis: 1 },
    ),
  ];
}
