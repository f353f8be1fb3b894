import type { KerasFields } from "./keras-fields.ts";
import type { LayerArrays } from "./layer-arrays.ts";
import type { KerasMask } from "./mask-operations.ts";
import type { NetworkBuilder } from "./network-builder.ts";

/** One call of a Keras layer on its way into a network. */
export interface LayerContext {
  readonly builder: NetworkBuilder;
  /** What the layer is to be called in the network. */
  readonly name: string;
  readonly className: string;
  readonly fields: KerasFields;
  /** Names of what it reads. */
  readonly inputs: readonly string[];
  readonly arrays: LayerArrays;
  /** Which of its steps count, if its call is told: null for all, undefined if it is not told. */
  readonly mask: KerasMask | null | undefined;
  /** What its call is given beside tensors, by name. */
  readonly constants: Readonly<Record<string, unknown>>;
  /** Whether anything reads one of the values that it puts out: 0 for outputs, then states. */
  readonly isUsed: (value: number) => boolean;
  /** Slope of the hard sigmoid in the version of Keras that wrote the file. */
  readonly hardSigmoidSlope: number;
}

/** Adds a layer to the network, and gives the names of what it puts out: outputs first, then those states that are used. */
export type LayerReader = (context: LayerContext) => readonly (string | undefined)[];
