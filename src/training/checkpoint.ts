// A checkpoint is one safetensors file: the tensors of a run under the names below, and in its metadata the rest of the run's
// state as JSON, with a digest of everything, so that damage anywhere is found.
import { digestOf } from "../data/digest.ts";
import { writeSafetensors } from "../formats/write-safetensors.ts";
import type { StateDict } from "../module/module.ts";
import type { RunState } from "./run-state.ts";

export const FORMAT = "unrolled-checkpoint-2";

/** All that a run needs to go on as if it had never stopped. */
export interface Checkpoint {
  readonly state: RunState;
  /** By name: `model.*`, `optimiser.*`, `carried.*` [L, B, …], `best.*`, `average.*`. */
  readonly tensors: StateDict;
}

/** The checkpoint as the bytes of one file. */
export async function encodeCheckpoint({ state, tensors }: Checkpoint): Promise<Uint8Array> {
  const json = JSON.stringify(state);
  const digest = await digestOfAll(json, tensors);
  return writeSafetensors(tensors, { format: FORMAT, state: json, digest });
}

/** Of the state, of the list of tensors and of each tensor's numbers. */
export function digestOfAll(json: string, tensors: StateDict): Promise<string> {
  const text = new TextEncoder();
  const names = Object.keys(tensors).sort();
  const list = names.map((name) => `${name} ${tensors[name].shape.join(" ")}`).join("\n");
  return digestOf([text.encode(json), text.encode(list), ...names.map((name) => tensors[name].data)]);
}

/** The tensors whose names begin with `prefix.`, under what follows. */
export function tensorsBelow(tensors: StateDict, prefix: string): StateDict {
  const inside = Object.entries(tensors).filter(([name]) => name.startsWith(`${prefix}.`));
  return Object.fromEntries(inside.map(([name, entry]) => [name.slice(prefix.length + 1), entry]));
}

/** The same tensors under `prefix.name`. */
export function prefixed(prefix: string, tensors: StateDict): StateDict {
  return Object.fromEntries(Object.entries(tensors).map(([name, entry]) => [`${prefix}.${name}`, entry]));
}
