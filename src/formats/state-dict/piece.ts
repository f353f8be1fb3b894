import type { StateDict } from "../../module/state-dict.ts";
import type { LayerConfig } from "../../networks/config.ts";
import type { Complaint } from "./complaint.ts";

/** A layer that a state dictionary holds, before it is known where in the network it stands. */
export interface Piece {
  /** What its tensors' names begin with; its cell for a state dictionary of a recurrent layer alone. */
  readonly name: string;
  /** What it can be by its names and shapes; more than one only for a matrix without a bias. */
  readonly readings: readonly LayerConfig[];
  /** Its tensors under our names, without the layer's. */
  readonly tensors: StateDict;
}

/** As long as the name of a network's layer may be. */
const MAX_CHARACTERS = 256;

/** Tensors whose names begin with the same words: `rnn` of `rnn.weight_ih_l0`; "" where there is nothing before. */
export function groupsOf(tensors: StateDict, separator: RegExp, complain: Complaint): Map<string, StateDict> {
  const groups = new Map<string, StateDict>();
  for (const [name, tensor] of Object.entries(tensors)) {
    if (name.length > MAX_CHARACTERS)
      throw complain(`a tensor's name is longer than ${MAX_CHARACTERS} characters: ${name.slice(0, 80)}…`);
    const parts = name.split(separator);
    const own = parts.pop() as string;
    const before = name.slice(0, Math.max(0, name.length - own.length - 1));
    const group = groups.get(before) ?? Object.create(null);
    group[own] = tensor;
    groups.set(before, group);
  }
  return groups;
}
