import type { Generator } from "../random/philox.ts";
import type { Device } from "../tensor/device.ts";
import { checkShape, type GradientSlot, sizeOf, Tensor } from "../tensor/tensor.ts";
import { nextMade, noteStray } from "./stray-parameters.ts";

/** A tensor that training changes, zero at first. It lives as long as its module. */
export class Parameter extends Tensor {
  /** Whether it is left as it is: backward() computes no gradient for it, and optimisers are not given it. */
  frozen = false;
  /** For the search for parameters that no module can list: its place among all that are made, and the first that listed it. */
  readonly madeAt = nextMade();
  listedFrom: number | undefined;
  #isNoted = false;

  /** `filled` false leaves the numbers as they are: write all of them before they are read. */
  constructor(device: Device, shape: readonly number[], options: { readonly filled?: boolean } = {}) {
    checkShape("Parameter", shape, sizeOf(shape));
    super(device, device.allocateLasting(sizeOf(shape)), shape, { requiresGrad: true });
    if (options.filled ?? true) device.kernels.fill(this.offset, 0, this.size);
  }

  override get requiresGrad(): boolean {
    return super.requiresGrad && !this.frozen;
  }

  override gradientSlot(): GradientSlot {
    if (this.listedFrom === undefined && !this.#isNoted) {
      this.#isNoted = true;
      noteStray(this);
    }
    return super.gradientSlot();
  }
}

/** Numbers of a module that are saved and loaded with it but not trained, zero at first: what a batch normalisation has gathered. */
export class ModuleBuffer extends Tensor {
  constructor(device: Device, shape: readonly number[]) {
    checkShape("ModuleBuffer", shape, sizeOf(shape));
    super(device, device.allocateLasting(sizeOf(shape)), shape);
    device.kernels.fill(this.offset, 0, this.size);
  }
}

/** A parameter with entries drawn evenly from [−bound, bound). */
export function uniformParameter(
  device: Device,
  shape: readonly number[],
  bound: number,
  generator: Generator,
): Parameter {
  // Without numbers others are about to be written, and memory that nobody touches is not taken from the machine. The place comes
  // first: where the device has none for so many numbers, it says so before they are drawn.
  const parameter = new Parameter(device, shape, { filled: false });
  const numbers = generator.evenly(sizeOf(shape), bound);
  if (numbers) parameter.assign(numbers);
  return parameter;
}
