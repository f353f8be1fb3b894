import { type FieldCheck, isRecord, number, objectOf, oneOf } from "../options/field-checks.ts";
import type { ActivationName } from "./activation.ts";

const activationNames: Readonly<Record<ActivationName, true>> = {
  tanh: true,
  relu: true,
  sigmoid: true,
  affine: true,
  "leaky-relu": true,
  "thresholded-relu": true,
  "scaled-tanh": true,
  "hard-sigmoid": true,
  elu: true,
  softsign: true,
  softplus: true,
};
const activationName = oneOf(...Object.keys(activationNames));
const activationObject = objectOf({
  needed: { name: activationName },
  optional: { alpha: number, beta: number },
});

/** An activation of a recurrent layer. */
export const activation: FieldCheck = (value) =>
  isRecord(value) ? activationObject(value) : activationName(value);
