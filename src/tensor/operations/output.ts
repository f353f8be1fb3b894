import { UnrolledError } from "../../errors.ts";
import type { Device } from "../device.ts";
import { needsRecord } from "../tape.ts";
import { shapeText, sizeOf, Tensor } from "../tensor.ts";

/** A tensor for an operation's result; it requires a gradient if an input does and operations are recorded. */
export function outputOf(shape: readonly number[], inputs: readonly (Tensor | undefined)[]): Tensor {
  const device = deviceOf(inputs);
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

/** The device of an operation's inputs. An error if one of them holds whole numbers, or if they stand on two devices. */
export function deviceOf(inputs: readonly (Tensor | undefined)[]): Device {
  const first = inputs.find((input) => input !== undefined)!;
  for (const input of inputs) {
    if (input?.kind === "int") {
      throw new UnrolledError(
        "invalid-argument",
        `an operation on numbers was given whole numbers of shape ${shapeText(input.shape)}; make them with tensor(), or look them up in an Embedding`,
      );
    }
    if (input && input.device !== first.device) {
      throw new UnrolledError(
        "invalid-argument",
        "an operation was given tensors of two devices; make them all on one",
      );
    }
  }
  return first.device;
}
