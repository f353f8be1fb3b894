import { UnrolledError } from "../errors.ts";
import type { Device } from "../tensor/device.ts";
import type { Storage } from "../tensor/storage.ts";

/** The activation functions that ONNX names, in lower case. */
export type ActivationName =
  | "tanh"
  | "relu"
  | "sigmoid"
  | "affine"
  | "leaky-relu"
  | "thresholded-relu"
  | "scaled-tanh"
  | "hard-sigmoid"
  | "elu"
  | "softsign"
  | "softplus";

/** An activation by its name, or with numbers other than ONNX's defaults. */
export type Activation =
  | ActivationName
  | { readonly name: ActivationName; readonly alpha?: number; readonly beta?: number };

/** What the kernels call each function, and what alpha and beta are where none are given: those that ONNX says. */
const known: Readonly<Record<ActivationName, { code: number; alpha: number; beta: number }>> = {
  tanh: { code: 0, alpha: 0, beta: 0 },
  relu: { code: 1, alpha: 0, beta: 0 },
  sigmoid: { code: 2, alpha: 0, beta: 0 },
  affine: { code: 3, alpha: 1, beta: 0 },
  "leaky-relu": { code: 4, alpha: 0.01, beta: 0 },
  "thresholded-relu": { code: 5, alpha: 1, beta: 0 },
  "scaled-tanh": { code: 6, alpha: 1, beta: 1 },
  "hard-sigmoid": { code: 7, alpha: 0.2, beta: 0.5 },
  elu: { code: 8, alpha: 1, beta: 0 },
  softsign: { code: 9, alpha: 0, beta: 0 },
  softplus: { code: 10, alpha: 0, beta: 0 },
};

/** The activations that there are. */
export const ACTIVATION_NAMES = Object.keys(known) as readonly ActivationName[];

/** The triples [code, alpha, beta] that the kernels read, `count` of them, for as long as the cell lives that they belong to. */
export function activationTriples(
  device: Device,
  call: string,
  activations: readonly Activation[],
  count: number,
): Storage {
  if (!Array.isArray(activations) || activations.length !== count) {
    throw new UnrolledError("invalid-argument", {
      call,
      subject: "activations",
      got: JSON.stringify(activations),
      needed: `a list of ${count}`,
    });
  }
  const numbers = activations.flatMap((activation) => {
    const { code, alpha, beta } = resolveActivation(call, activation);
    return [code, alpha, beta];
  });
  const storage = device.allocateLasting(numbers.length);
  device.heap.put(numbers, storage.offset);
  return storage;
}

/** Why a cell with these activations cannot be trained, if so: its kernels find the derivative from the result alone. */
export function forwardOnlyReason(call: string, activations: readonly Activation[]): string | undefined {
  for (const activation of activations) {
    const { name, alpha } = resolveActivation(call, activation);
    const folds = (name === "leaky-relu" || name === "elu" || name === "thresholded-relu") && alpha < 0;
    if (folds || (name === "scaled-tanh" && alpha === 0))
      return `${name} with alpha ${alpha} has no gradient here; run it inside withoutGradients()`;
  }
  return undefined;
}

/** An activation's name, what the kernels call it, and its numbers, which are 0 where it has none. */
export function resolveActivation(
  call: string,
  activation: Activation,
): { readonly name: ActivationName; readonly code: number; readonly alpha: number; readonly beta: number } {
  const given = typeof activation === "string" ? { name: activation } : activation;
  const defaults = Object.hasOwn(known, given.name) ? known[given.name] : undefined;
  if (!defaults) {
    throw new UnrolledError("invalid-argument", {
      call,
      subject: "activation",
      got: JSON.stringify(given.name),
      needed: Object.keys(known).join(", "),
    });
  }
  const { alpha = defaults.alpha, beta = defaults.beta } = given;
  if (!Number.isFinite(alpha) || !Number.isFinite(beta)) {
    throw new UnrolledError("invalid-argument", {
      call,
      problem: `${given.name} has alpha ${alpha} and beta ${beta}, needed finite numbers`,
    });
  }
  return { name: given.name, code: defaults.code, alpha, beta };
}
