import type { Model, ModelInput, ModelOutput } from "./model.d.ts";

/** Compiles the kernels and reads the weights, which the first call does otherwise, and gives the network itself. */
export declare function load(): Promise<Model>;

/** Computes all outputs from all inputs, by name. */
export declare function run(
  inputs: Readonly<Record<string, ModelInput>>,
  options?: { readonly lengths?: readonly number[]; readonly signal?: AbortSignal },
): Promise<Record<string, ModelOutput>>;
