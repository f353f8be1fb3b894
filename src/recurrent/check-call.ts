import { UnrolledError } from "../errors.ts";
import { deviceOf } from "../tensor/operations/output.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";
import type { Cell } from "./cell.ts";
import type { RecurrentCall } from "./recurrent-call.ts";
import type { RecurrentStack } from "./recurrent-stack.ts";

/** An error unless sequences and states have the shapes that layers read, and stand on their device. */
export function checkCall(
  layers: RecurrentStack,
  { spec: { name }, shape: { states } }: Cell,
  xs: Tensor,
  { state }: RecurrentCall,
): void {
  if (xs.shape.length !== 3 || xs.shape[2] !== layers.inputSize) {
    const axes = layers.batchFirst ? "B, T" : "T, B";
    throw new UnrolledError("shape-mismatch", {
      call: name,
      problem: `input has shape ${shapeText(xs.shape)}, needed [${axes}, ${layers.inputSize}]`,
    });
  }
  deviceOf([xs, ...states.map((part) => state?.[part.name]), layers.layerWeights(0).weightIh]);
  const rows = layers.numLayers * layers.directions;
  const batch = xs.shape[layers.batchFirst ? 0 : 1];
  for (const part of states) {
    const given = state?.[part.name];
    const needed = shapeText([rows, batch, part.width]);
    if (given && shapeText(given.shape) !== needed) {
      throw new UnrolledError("shape-mismatch", {
        call: name,
        problem: `state has shape ${shapeText(given.shape)}, needed ${needed}`,
      });
    }
  }
}
