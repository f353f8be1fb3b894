import { type Device, Generator, openDevice, type Tensor, tensor } from "unrolled";
import { add, multiply, sum } from "unrolled/tensor";
import { sizeOf } from "../src/tensor/tensor.ts";

const STEP = 1e-5;
const TOLERANCE = 1e-8;

/** The float64 device, on which central differences mean something. */
export const reference: Device = await openDevice({ backend: "reference" });

/** A leaf with random entries between low and high, decided by the seed. */
export function leaf(shape: readonly number[], seed: number, low = -1, high = 1): Tensor {
  return tensor(reference, randomNumbers(sizeOf(shape), seed, low, high), shape, { requiresGrad: true });
}

/** Random numbers that float32 and float64 hold alike. */
export function randomNumbers(length: number, seed: number, low = -1, high = 1): Float32Array {
  const generator = new Generator(seed);
  return Float32Array.from({ length }, () => generator.uniformBetween(low, high));
}

/** The numbers of a tensor in the precision of its device. */
export function numbersOf(x: Tensor): number[] {
  return Array.from(x.device.heap.floats().subarray(x.offset, x.offset + x.size));
}

/** Σ over all entries of all tensors, each entry with a weight of its own: a loss on which every entry has its own influence. */
export function weighted(...parts: readonly Tensor[]): Tensor {
  const sums = parts.map((part, index) => {
    const weights = tensor(part.device, randomNumbers(part.size, 1000 + index), part.shape);
    return sum(multiply(part, weights));
  });
  return sums.reduce((total, part) => add(total, part));
}

/**
 * Compares the gradients that backward() gives for all inputs with (loss(x + step) − loss(x − step)) / (2·step). Returns the
 * entries that disagree, one to a line: "weight_hh_l0[15]: analytic 0.31, numeric 0.29". `loss` must be the same at each call.
 * The step is to be a smaller one where the loss bends sharply, so that the differences stay nearer to the gradient.
 */
export function gradientErrors(
  inputs: Readonly<Record<string, Tensor>> | ReadonlyMap<string, Tensor>,
  loss: () => Tensor,
  step = STEP,
): string {
  const named = inputs instanceof Map ? [...inputs] : Object.entries(inputs);
  for (const [, input] of named) input.zeroGrad();
  reference.scope(() => loss().backward());
  const wrong: string[] = [];
  for (const [name, input] of named) {
    const analytic = input.grad ? numbersOf(input.grad) : [];
    for (let index = 0; index < input.size; index++) {
      const numeric = (lossAt(loss, input, index, step) - lossAt(loss, input, index, -step)) / (2 * step);
      if (!(Math.abs(analytic[index] - numeric) <= TOLERANCE * (1 + Math.abs(numeric)))) {
        wrong.push(`${name}[${index}]: analytic ${analytic[index]}, numeric ${numeric}`);
      }
    }
  }
  return wrong.join("\n");
}

function lossAt(loss: () => Tensor, input: Tensor, index: number, shift: number): number {
  const place = input.offset + index;
  const before = reference.heap.floats()[place];
  reference.heap.floats()[place] = before + shift;
  input.changed();
  const value = reference.scope(() => reference.withoutGradients(() => numbersOf(loss())[0]));
  reference.heap.floats()[place] = before;
  input.changed();
  return value;
}
