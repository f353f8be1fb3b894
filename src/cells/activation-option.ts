import { type FieldCheck, isRecord, listOf, number, objectOf, oneOf } from "../options/field-checks.ts";
import type { Option, Said } from "../options/option.ts";
import { ACTIVATION_NAMES, type Activation } from "./activation.ts";

const activationName = oneOf(...ACTIVATION_NAMES);
const activationObject = objectOf({
  needed: { name: activationName },
  optional: { alpha: number, beta: number },
});

/** An activation of a recurrent layer. */
const activation: FieldCheck = (value) => (isRecord(value) ? activationObject(value) : activationName(value));

/** An option that is one activation. */
export function activationOption(said: Said<Activation>): Option<Activation> {
  return { form: "words", words: ACTIVATION_NAMES, check: activation, ...said };
}

/** Any activations, as many as these. */
type AsMany<Value extends readonly Activation[]> = { readonly [Entry in keyof Value]: Activation };

/** An option that is a list of activations, as many as the default has. */
export function activationsOption<const Value extends readonly Activation[]>(
  said: Said<Value>,
): Option<AsMany<Value>> {
  const check = listOf(activation, said.default.length);
  return { ...said, form: "list", words: ACTIVATION_NAMES, check, default: said.default as AsMany<Value> };
}
