/**
 * Processes that train one model together, each on a heap of its own. Rank 0 leads. All of them make these calls in the same order; a
 * call returns when this process has its part of the result, unless it begins a transfer. Nothing is computed on the way: bytes are moved, and every sum is made by
 * whoever has them, in the order of ranks.
 */
export interface Ranks {
  readonly rank: number;
  /** R: how many there are. */
  readonly size: number;
  /** Where each of them runs. [R] */
  readonly hosts: readonly string[];
  /** Overwrites the bytes of all others by those of rank 0. */
  broadcast(bytes: Uint8Array): void;
  /** Puts what each rank reports, the same number of bytes, behind one another in the order of ranks, on all of them. */
  gather(own: Uint8Array, all: Uint8Array): void;
  /** Opens a lane of transfers. */
  lane(): Lane;
  /** Whether this process has been asked to end, by a signal. */
  readonly isEndAsked: boolean;
}

/** Transfers that are begun in the same order on all ranks, and go on beside other work and beside those of other lanes. */
export interface Lane {
  /** Begins to send one of R equal pieces to each rank, and to receive one from each, in the order of ranks. */
  exchange(pieces: Uint8Array, received: Uint8Array): Transfer;
  /** Begins to put each rank's bytes behind one another in the order of ranks, on all of them. */
  gather(own: Uint8Array, all: Uint8Array): Transfer;
}

/** Bytes on their way; they are not to be touched before they have arrived. */
export interface Transfer {
  /** Whether they have arrived. Has them get on. */
  isDone(): boolean;
  /** Waits until they have. */
  wait(): void;
}

const LENGTH_BYTES = 4;
/** What most messages are shorter than: these take one broadcast. */
const USUAL_BYTES = 2048;

/** Has all other ranks `hear` plain data. */
export function tell(ranks: Ranks, message: unknown): void {
  const text = new TextEncoder().encode(JSON.stringify(message));
  const first = new Uint8Array(USUAL_BYTES);
  new DataView(first.buffer).setUint32(0, text.length);
  first.set(text.subarray(0, USUAL_BYTES - LENGTH_BYTES), LENGTH_BYTES);
  ranks.broadcast(first);
  if (text.length > USUAL_BYTES - LENGTH_BYTES) ranks.broadcast(text.subarray(USUAL_BYTES - LENGTH_BYTES));
}

/** What rank 0 has told. */
export function hear(ranks: Ranks): unknown {
  const first = new Uint8Array(USUAL_BYTES);
  ranks.broadcast(first);
  const length = new DataView(first.buffer).getUint32(0);
  const text = new Uint8Array(length);
  const begun = Math.min(length, USUAL_BYTES - LENGTH_BYTES);
  text.set(first.subarray(LENGTH_BYTES, LENGTH_BYTES + begun));
  if (length > begun) ranks.broadcast(text.subarray(begun));
  return JSON.parse(new TextDecoder().decode(text));
}

/** Texts of all ranks, such as their names; each is cut to so many bytes. */
export function gatherTexts(ranks: Ranks, own: string, bytes: number): string[] {
  const mine = new Uint8Array(bytes);
  new TextEncoder().encodeInto(own, mine);
  const all = new Uint8Array(bytes * ranks.size);
  ranks.gather(mine, all);
  return Array.from({ length: ranks.size }, (_, rank) => {
    const text = all.subarray(rank * bytes, (rank + 1) * bytes);
    const end = text.indexOf(0);
    return new TextDecoder().decode(text.subarray(0, end < 0 ? bytes : end));
  });
}

/** "rank 3 of 8 (on node-b)". */
export function rankName({ size, hosts }: Pick<Ranks, "size" | "hosts">, rank: number): string {
  const host = hosts[rank];
  return `rank ${rank} of ${size}${host ? ` (on ${host})` : ""}`;
}
