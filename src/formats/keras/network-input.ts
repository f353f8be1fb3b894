import type { Axis, NetworkInput } from "../../networks/config.ts";
import { shown } from "../shown.ts";
import { KerasProblem } from "./keras-fields.ts";
import type { KerasGraph, KerasLayer } from "./keras-graph.ts";
import type { KerasWeights } from "./keras-weights.ts";
import { INPUT_CLASS } from "./layer-readers.ts";

const GREATEST_RANK = 8;
/** What the shape of an input is called, by version and by class of layer; the first axis is the batch in all of them. */
const SHAPE_FIELDS = ["batch_shape", "batch_input_shape", "build_input_shape"];

/**
 * The input that an input layer, or the first layer of a sequential model, reads.
 *
 * @param before inputs that were added already
 */
export function networkInput(
  graph: KerasGraph,
  layer: KerasLayer,
  before: readonly NetworkInput[],
  weights: KerasWeights,
): NetworkInput {
  const isInput = layer.className === INPUT_CLASS;
  const isIds = isInput
    ? graph.calls.some(
        (call) =>
          call.layer.className === "Embedding" && call.inputs.some((input) => input.layer === layer.name),
      )
    : layer.className === "Embedding";
  const name = isInput ? layer.name : `${layer.name}_input`;
  const shape = givenShape(layer) ?? sequentialShape(graph) ?? guessedShape(layer, weights);
  const steps = before.length === 0 ? "T" : `${name}.T`;
  const axes = shape.map((length, axis): Axis => {
    // The batch is free even where a stateful model fixed it.
    if (axis === 0) return "B";
    return length ?? (axis === 1 ? steps : `${name}.${axis}`);
  });
  return { name, axes, kind: isIds ? "int" : "float" };
}

function givenShape(layer: KerasLayer): readonly (number | null)[] | undefined {
  for (const field of SHAPE_FIELDS) {
    const shape = layer.fields.get(field);
    if (shape !== undefined) return checkedShape(field, shape);
  }
  return undefined;
}

/** Keras 3 keeps the shape that a sequential model without an input layer was built for beside its layers. */
function sequentialShape({ buildShape }: KerasGraph): readonly (number | null)[] | undefined {
  return buildShape === undefined ? undefined : checkedShape("build_input_shape", buildShape);
}

/** Without any shape in the file: what the first layer's weights are made for. */
function guessedShape(layer: KerasLayer, weights: KerasWeights): readonly (number | null)[] {
  if (layer.className === "Embedding") return [null, null];
  const kernel = weights.get(layer.name)?.[0]?.shape;
  if (kernel === undefined || kernel.length < 2)
    throw new KerasProblem("the shape of its input is not given");
  const width = kernel[kernel.length - 2];
  return layer.className === "Dense" ? [null, width] : [null, null, width];
}

function checkedShape(field: string, shape: unknown): readonly (number | null)[] {
  const isLength = (length: unknown) =>
    length === null || (Number.isSafeInteger(length) && (length as number) >= 1);
  if (!Array.isArray(shape) || shape.length < 1 || shape.length > GREATEST_RANK || !shape.every(isLength))
    throw new KerasProblem(`${field} is ${shown(shape)}, needed a list of lengths and nulls`);
  return shape;
}
