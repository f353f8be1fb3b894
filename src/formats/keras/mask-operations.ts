// Masks as Keras 3 writes them into functional models: NotEqual(ids, 0) for an Embedding with mask_zero, Any(NotEqual(xs, value)) for a
// Masking layer, and whatever of this kind a model was given by hand as mask=.
import { shown } from "../shown.ts";
import { KerasProblem } from "./keras-fields.ts";
import type { KerasCall } from "./keras-graph.ts";
import type { LayerContext } from "./layer-context.ts";
import type { NetworkBuilder, StepsThatCount } from "./network-builder.ts";

/** A mask on its way. */
export interface KerasMask extends StepsThatCount {
  /** Whether it is there for each entry of a step, and not yet for each step. */
  readonly isOfEntries: boolean;
}

/** Keras' names of them. */
export const MASK_OPERATIONS: readonly string[] = ["NotEqual", "Any", "ConvertToTensor"];

/** Whether a class is no layer, but an operation on masks. */
export function isMaskOperation(className: string): boolean {
  return MASK_OPERATIONS.includes(className);
}

/**
 * The mask that an operation makes.
 *
 * @param read the network's value that it reads, or the mask
 */
export function maskAfter(
  builder: NetworkBuilder,
  { layer: { className, fields }, constants }: KerasCall,
  read: string | KerasMask,
): KerasMask {
  if (className === "NotEqual") {
    const padding = constants["1"];
    if (typeof read !== "string" || typeof padding !== "number")
      throw new KerasProblem("it compares other things than a value and a number");
    const rank = builder.shapeOf(read)?.axes.length;
    if (rank !== undefined && rank !== 2 && rank !== 3)
      throw new KerasProblem(`it compares entries of rank ${rank}, needed ids or steps of numbers`);
    return { source: read, value: padding, isOfEntries: rank === 3 };
  }
  if (typeof read === "string") throw new KerasProblem("it reads what is no mask");
  if (className === "ConvertToTensor") return read;
  const axis = fields.get("axis");
  const only = Array.isArray(axis) && axis.length === 1 ? axis[0] : axis;
  if (!read.isOfEntries || (only !== -1 && only !== 2) || fields.flag("keepdims", false))
    throw new KerasProblem(`axis is ${shown(axis)}, but only the last one of steps of numbers is read`);
  return { ...read, isOfEntries: false };
}

/** What a layer reads, with the steps that count as its call says: those of its mask, or all, or as it comes. */
export function maskedInput({ builder, name, inputs, mask }: LayerContext): string {
  const [input] = inputs;
  if (mask === undefined) return input;
  if (mask === null) return unmasked(builder, name, input);
  if (mask.isOfEntries) throw new KerasProblem("its mask is one of entries, needed one of steps");
  const known = builder.maskOf(input);
  if (known?.source === mask.source && known.value === mask.value) return input;
  return builder.add(`${name}_mask`, [input, mask.source], { kind: "masked-by", value: mask.value });
}

/** A value of which all steps count, for layers that do not hand masks on. */
export function unmasked(builder: NetworkBuilder, name: string, input: string): string {
  return builder.maskOf(input) ? builder.add(`${name}_all_steps`, [input], { kind: "all-steps" }) : input;
}
