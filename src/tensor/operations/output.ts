import { UnrolledError } from "../../errors.ts";
import type { Device } from "../device.ts";
import { needsRecord } from "../tape.ts";
import { shapeText, sizeOf, Tensor } from "../tensor.ts";

/**
 * A tensor for an operation's result; it requires a gradient if an input does and operations are recorded. `inputs` and `others` are
 * all operands whose numbers the operation reads: others get no gradient, and `whole` ones hold whole numbers.
 */
export function outputOf(
  shape: readonly number[],
  inputs: readonly (Tensor | undefined)[],
  { others = [], whole = [] }: OtherOperands = {},
): Tensor {
  const device = deviceOf([...inputs, ...others], whole);
  return new Tensor(device, device.allocate(sizeOf(shape)), shape, { requiresGrad: needsRecord(inputs) });
}

/** The same numbers under another shape, at `start` entries after the input's first. */
export function viewOf(input: Tensor, shape: readonly number[], start = 0): Tensor {
  return new Tensor(input.device, input.storage, shape, {
    start: input.offset - input.storage.offset + start,
    kind: input.kind,
    requiresGrad: needsRecord([input]),
  });
}

/** Operands of an operation that get no gradient. */
interface OtherOperands {
  readonly others?: readonly (Tensor | undefined)[];
  readonly whole?: readonly (Tensor | undefined)[];
}

/**
 * The device of an operation's operands, all of which pass here. An error if one of `inputs` is no tensor or holds whole numbers, if
 * one of `whole` does not, or if they stand on two devices.
 */
export function deviceOf(
  inputs: readonly (Tensor | undefined)[],
  whole: readonly (Tensor | undefined)[] = [],
): Device {
  let device: Device | undefined;
  const check = (operand: Tensor | undefined, kind: Tensor["kind"]) => {
    if (operand === undefined) return;
    if (!(operand instanceof Tensor)) {
      throw new UnrolledError(
        "invalid-argument",
        `an operation was given ${operand === null ? "null" : typeof operand}, needed a tensor`,
      );
    }
    if (operand.kind !== kind) {
      throw new UnrolledError(
        "invalid-argument",
        kind === "float"
          ? `an operation on numbers was given whole numbers of shape ${shapeText(operand.shape)}; make them with tensor(), or look them up in an Embedding; fit, measure and predictions take inputs and targets that are all whole for ids unless kinds says "float"`
          : `an operation was given numbers of shape ${shapeText(operand.shape)}, needed whole numbers; make them with ints()`,
      );
    }
    device ??= operand.device;
    if (operand.device !== device) {
      throw new UnrolledError(
        "invalid-argument",
        "an operation was given tensors of two devices; make them all on one",
      );
    }
  };
  for (const input of inputs) check(input, "float");
  for (const input of whole) check(input, "int");
  if (device) return device;
  throw new UnrolledError("invalid-argument", "an operation was given undefined, needed a tensor");
}
