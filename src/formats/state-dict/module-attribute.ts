import { isDictionary, type PyTorchObject, type PyTorchValue } from "../pytorch-value.ts";

/** What a pickled module has under a name. */
export function attributeOf({ state }: PyTorchObject, name: string): PyTorchValue | undefined {
  return isDictionary(state) && Object.hasOwn(state, name) ? state[name] : undefined;
}
