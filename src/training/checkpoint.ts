// A checkpoint is one safetensors file: the tensors of a run under the names below, and in its metadata the rest of the run's
// state as JSON, with a digest of everything, so that damage anywhere is found.
import { UnrolledError } from "../errors.ts";
import { readSafetensors, readSafetensorsMetadata } from "../formats/safetensors.ts";
import { writeSafetensors } from "../formats/write-safetensors.ts";
import type { StateDict } from "../layers/module.ts";
import type { RunState } from "./run-state.ts";

const FORMAT = "unrolled-checkpoint-1";

/** All that a run needs to go on as if it had never stopped. */
export interface Checkpoint {
  readonly state: RunState;
  /** By name: `model.*`, `optimiser.*`, `carried.*` [L, B, H], `best.*`, `average.*`. */
  readonly tensors: StateDict;
}

/** The checkpoint as the bytes of one file. */
export async function encodeCheckpoint({ state, tensors }: Checkpoint): Promise<Uint8Array> {
  const json = JSON.stringify(state);
  const digest = await digestOf(json, tensors);
  return writeSafetensors(tensors, { format: FORMAT, state: json, digest });
}

/** @throws UnrolledError "invalid-file" for a file that is damaged, cut off, or no checkpoint. */
export async function decodeCheckpoint(bytes: Uint8Array): Promise<Checkpoint> {
  const { format, state: json = "", digest } = readSafetensorsMetadata(bytes);
  if (format !== FORMAT) {
    throw new UnrolledError(
      "invalid-file",
      `decodeCheckpoint: format is ${JSON.stringify(format)}, needed "${FORMAT}"`,
    );
  }
  const tensors = readSafetensors(bytes);
  if ((await digestOf(json, tensors)) !== digest) {
    throw new UnrolledError(
      "invalid-file",
      "decodeCheckpoint: the content does not fit its digest: it is damaged",
    );
  }
  return { state: JSON.parse(json), tensors };
}

/** SHA-256 over the digests of the state, of the list of tensors and of each tensor's numbers. */
async function digestOf(json: string, tensors: StateDict): Promise<string> {
  const text = new TextEncoder();
  const names = Object.keys(tensors).sort();
  const list = names.map((name) => `${name} ${tensors[name].shape.join(" ")}`).join("\n");
  const pieces = [text.encode(json), text.encode(list), ...names.map((name) => bytesOf(tensors[name].data))];
  const digests = await Promise.all(pieces.map((piece) => crypto.subtle.digest("SHA-256", piece)));
  const joined = new Uint8Array(32 * digests.length);
  for (const [index, digest] of digests.entries()) joined.set(new Uint8Array(digest), 32 * index);
  const whole = new Uint8Array(await crypto.subtle.digest("SHA-256", joined));
  return Array.from(whole, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytesOf(numbers: Float32Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(numbers.buffer as ArrayBuffer, numbers.byteOffset, numbers.byteLength);
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
