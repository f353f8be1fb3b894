import { UnrolledError } from "../errors.ts";
import { needsRecord, record } from "../tensor/tape.ts";
import { shapeText, Tensor } from "../tensor/tensor.ts";

/** A loss that was computed from numbers, and its gradient with respect to them, in the same order. */
export interface NumericLoss {
  readonly loss: number;
  readonly gradient: ArrayLike<number>;
}

/**
 * A loss that no operation here computes, shape [1]: `compute` is given a copy of the numbers of x, row-major, and says the loss and
 * its gradient with respect to them. For scopes and steps of any kind; gradients pass on to whatever made x.
 *
 * @throws UnrolledError "invalid-argument" if the loss is not a number, "shape-mismatch" if the gradient and x differ in their number of entries
 */
export function customLoss(x: Tensor, compute: (numbers: Float32Array) => NumericLoss): Tensor {
  const made = compute(x.read());
  if (typeof made?.loss !== "number" || typeof made.gradient?.length !== "number") {
    throw new UnrolledError("invalid-argument", {
      call: "customLoss",
      problem: "the callback must return { loss, gradient }, a number and a list of numbers, at once",
    });
  }
  const { loss, gradient } = made;
  if (gradient.length !== x.size) {
    throw new UnrolledError("shape-mismatch", {
      call: "customLoss",
      problem: `x ${shapeText(x.shape)} needs a gradient of ${x.size} numbers, got ${gradient.length}`,
    });
  }
  const { device } = x;
  const y = new Tensor(device, device.allocate(1), [1], { requiresGrad: needsRecord([x]) });
  device.heap.put([loss], y.offset);
  if (y.requiresGrad) {
    const room = device.allocate(x.size);
    device.heap.put(gradient, room.offset);
    record(
      [y],
      [x],
      [],
      () => {
        const dy = device.heap.floats()[y.arrivedGradient()];
        device.kernels.addScaled(room.offset, dy, x.gathered(), x.size);
      },
      [room],
    );
  }
  return y;
}
