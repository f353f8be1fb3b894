// The states of several layers as one: a line that says what it is, then for each layer the length of its state in four bytes,
// little-endian, and its state.
import { UnrolledError } from "../errors.ts";
import type { CarriedState } from "./carried-rows.ts";
import { isOfLayers, type SessionState } from "./session-state.ts";

const MAGIC = new TextEncoder().encode("unrolled network state 1\n");
const LENGTH_BYTES = 4;

/** One state of several. */
export function joinedStates(states: readonly SessionState[]): SessionState {
  const total = states.reduce((sum, state) => sum + LENGTH_BYTES + state.length, MAGIC.length);
  const joined = new Uint8Array(total);
  joined.set(MAGIC);
  let at = MAGIC.length;
  for (const state of states) {
    new DataView(joined.buffer).setUint32(at, state.length, true);
    joined.set(state, at + LENGTH_BYTES);
    at += LENGTH_BYTES + state.length;
  }
  return joined;
}

/**
 * The states that were joined.
 *
 * @throws UnrolledError "invalid-argument" for what is no such state, "shape-mismatch" where there are not `count` of them
 */
export function partedStates(joined: SessionState, count: number): SessionState[] {
  // A single layer's may stand alone.
  if (count === 1 && joined instanceof Uint8Array && isOfLayers(joined)) return [joined];
  if (!(joined instanceof Uint8Array) || MAGIC.some((byte, index) => joined[index] !== byte)) {
    throw new UnrolledError("invalid-argument", {
      call: "restore",
      problem: "this is no state that a network's session returned",
    });
  }
  // A copy, since a view of another's buffer would begin anywhere in it.
  const bytes = Uint8Array.from(joined);
  const view = new DataView(bytes.buffer);
  const states: SessionState[] = [];
  for (let at = MAGIC.length; at < bytes.length; ) {
    const left = bytes.length - at - LENGTH_BYTES;
    const length = left >= 0 ? view.getUint32(at, true) : 1;
    if (length > left) {
      throw new UnrolledError("invalid-argument", {
        call: "restore",
        problem: "the state is truncated or damaged",
      });
    }
    states.push(bytes.slice(at + LENGTH_BYTES, at + LENGTH_BYTES + length));
    at += LENGTH_BYTES + length;
  }
  if (states.length !== count) {
    throw new UnrolledError("shape-mismatch", {
      call: "restore",
      problem: `the state is that of ${states.length} layers that carry one, this network has ${count}`,
    });
  }
  return states;
}

/** Restores each, or none where one does not fit. */
export function restoreAll(parts: readonly CarriedState[], states: readonly SessionState[]): void {
  const before = parts.map((part) => part.state());
  try {
    for (const [at, part] of parts.entries()) part.restore(states[at]);
  } catch (error) {
    for (const [at, part] of parts.entries()) part.restore(before[at]);
    throw error;
  }
}
