/** What an input is given as: a number, nested arrays, a flat array where at most one axis is free, or numbers with a shape. */
export type ModelInput =
  | number
  | ArrayLike<number>
  | readonly (readonly number[])[]
  | readonly (readonly (readonly number[])[])[]
  | { readonly shape: readonly number[]; readonly data: ArrayLike<number> };

/** What a model gives back: numbers row by row, a copy. */
export interface ModelOutput {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number> & { readonly [index: number]: number };
}

/** An input or output. Axes are lengths, or the names of lengths that are free: "B" sequences, "T" steps. */
export interface ModelValue {
  readonly name: string;
  readonly axes: readonly (number | string)[] | "unknown";
  readonly kind: "float" | "int" | "bool" | "unknown";
}

/** Reads one step at a time, as data arrives, and keeps its state in between. */
export interface Session {
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  /** Reads one step [B, …], synchronously. */
  step(inputs: Readonly<Record<string, ModelInput>>): Record<string, ModelOutput>;
  /** A copy of the state, as bytes. */
  state(): Uint8Array;
  /** Goes back to a state that `state` returned. */
  restore(state: Uint8Array): void;
  /** Another session in the same state, that goes its own way from here. */
  fork(): Session;
  /** Goes back to the state that it began with. */
  reset(): void;
}

/** The network itself, below what its task makes of it. */
export interface Model {
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  /** Computes all outputs from all inputs, by name. */
  run(
    inputs: Readonly<Record<string, ModelInput>>,
    options?: { readonly lengths?: readonly number[]; readonly signal?: AbortSignal },
  ): Promise<Record<string, ModelOutput>>;
  /** A stream with a state of its own; an error for a model that reads backwards too. */
  session(options?: { readonly batchSize?: number }): Session;
}
