import type { Heap } from "../heap/heap.ts";
import type { Kernels } from "./contract.ts";
import type { KernelTable } from "./kernel-table.ts";

/** All choices, as the command line offers them. */
export const backendChoices = [
  "auto",
  "native",
  "native-avx2",
  "native-avx512",
  "native-neon",
  "wasm",
  "wasm-relaxed",
  "reference",
] as const;

/** Backends that a user can ask for. `native` is the best instruction set this processor has; `auto` is native if it is there, else WebAssembly. */
export type BackendChoice = (typeof backendChoices)[number];

/** Backends. `reference` is the float64 definition of correct, slow and plain. */
export type BackendName = Exclude<BackendChoice, "auto" | "native">;

/** Kernels bound to a heap, which one it is, and why this one. */
export interface Backend {
  readonly name: BackendName;
  readonly reason: string;
  /** Whether the kernels of kernels.h that stand under "the rest" are there; only WebAssembly can be without. */
  readonly isWhole: boolean;
  readonly heap: Heap;
  readonly kernels: Kernels;
  /** The same with their arguments in order. */
  readonly table: KernelTable;
}

/** The Node addon, as kernels/addon.cpp exports it. */
export interface NativeAddon {
  open(instructionSet: string, bytes: Uint8Array): KernelTable;
  supported(): string[];
}

/** The addon, or why there is none. */
export type NativeResult = { readonly addon: NativeAddon } | { readonly problem: string };
