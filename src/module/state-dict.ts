import { UnrolledError } from "../errors.ts";
import { shapeText, sizeOf, type Tensor } from "../tensor/tensor.ts";

/** Arrays by name: a copy of a model's parameters, or of what an optimiser remembers of them. */
export type StateDict = Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;

/** A copy of tensors by name. */
export async function copyOut(tensors: ReadonlyMap<string, Tensor>): Promise<StateDict> {
  const entries = [...tensors].map(
    async ([name, tensor]) => [name, { shape: tensor.shape, data: await tensor.toArray() }] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** Overwrites tensors by name. A name that is missing, unknown or of another shape is an error, and nothing is changed then. */
export function copyIn(state: StateDict, tensors: ReadonlyMap<string, Tensor>, owner: string): void {
  for (const name of Object.keys(state)) {
    if (!tensors.has(name)) {
      throw new UnrolledError("invalid-argument", {
        call: "loadStateDict",
        problem: `tensor ${name} is not part of this ${owner}`,
      });
    }
  }
  for (const [name, tensor] of tensors) {
    const entry = state[name];
    if (!entry) {
      throw new UnrolledError("invalid-argument", {
        call: "loadStateDict",
        problem: `tensor ${name} ${shapeText(tensor.shape)} is missing`,
      });
    }
    if (shapeText(entry.shape) !== shapeText(tensor.shape) || entry.data.length !== sizeOf(tensor.shape)) {
      throw new UnrolledError("shape-mismatch", {
        call: "loadStateDict",
        problem:
          `tensor ${name} has shape ${shapeText(entry.shape)} and ${entry.data.length} numbers, ` +
          `this ${owner} needs ${shapeText(tensor.shape)}`,
      });
    }
  }
  for (const [name, tensor] of tensors) tensor.assign(state[name].data);
}
