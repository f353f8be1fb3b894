// What is known of a value while a graph is read as layers. Axes are letters: "0" and "1" those of the ids, C the channels, D the one
// direction that a recurrent node reads in, N all steps of all sequences.
import type { OnnxValue } from "./value.ts";

/** A value of a graph, by its part in a language model. */
export type ChainValue =
  | { readonly kind: "constant"; readonly value: OnnxValue }
  /** Token ids as they come in. */
  | { readonly kind: "ids"; readonly input: string; readonly axes: string }
  /** What a layer has made of them, so many channels wide. */
  | { readonly kind: "sequence"; readonly layer: string; readonly axes: string; readonly width: number }
  /** States that a stream begins with: zeros, or inputs. */
  | { readonly kind: "states" }
  /** States in which a recurrent node ends, and what follows from shapes: neither takes part in the logits. */
  | { readonly kind: "aside" };

/** A layer's output, or the ids. */
export type ChainedValue = Extract<ChainValue, { readonly kind: "ids" | "sequence" }>;

/** Whether a value is one that layers hand on. */
export function isChained(value: ChainValue | undefined): value is ChainedValue {
  return value?.kind === "ids" || value?.kind === "sequence";
}
