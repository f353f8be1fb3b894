import type { IdList } from "../id-list.ts";
import { BytePairMerger } from "./byte-pair-merger.ts";
import type { MergeTable } from "./merge-table.ts";

/** Appends the ids of one pre-token. */
export type PreTokenEncoder = (token: string, ids: IdList) => void;

const MOST_CACHED_UNITS = 64;
const MOST_CACHED = 1 << 17;
/** The room that a longer run needs is made for it alone. */
const KEPT_UNITS = 1 << 16;

/**
 * Encodes pre-tokens by their merges, and remembers the short ones: a language's frequent words are most of its text.
 *
 * @param idOfByte the token of each of the 256 bytes
 * @param whole pre-tokens that are a token whatever the merges say; empty for most vocabularies
 */
export function preTokenEncoder(
  merges: MergeTable,
  idOfByte: Int32Array,
  whole: ReadonlyMap<string, number>,
): PreTokenEncoder {
  const merger = new BytePairMerger(merges);
  const textEncoder = new TextEncoder();
  let bytes = new Uint8Array(0);
  let tokens = new Int32Array(0);
  // A word's ids stand in the pool from its place on, after their number.
  const places = new Map<string, number>();
  let pool = new Int32Array(1 << 12);
  let pooled = 0;

  function merged(token: string): number {
    const isLong = token.length > KEPT_UNITS;
    if (isLong) {
      bytes = textEncoder.encode(token);
      tokens = new Int32Array(bytes.length);
    } else if (bytes.length < 3 * token.length) {
      bytes = new Uint8Array(6 * token.length);
      tokens = new Int32Array(6 * token.length);
    }
    const written = isLong ? bytes.length : textEncoder.encodeInto(token, bytes).written;
    for (let at = 0; at < written; at++) tokens[at] = idOfByte[bytes[at]];
    return merger.merge(tokens, written);
  }

  function remember(token: string, count: number): void {
    if (places.size === MOST_CACHED) {
      places.clear();
      pooled = 0;
    }
    if (pooled + count + 1 > pool.length) {
      const larger = new Int32Array(2 * pool.length + count);
      larger.set(pool);
      pool = larger;
    }
    // A slice of a text keeps the whole text alive behind it; a slice of a copy keeps the copy.
    places.set(` ${token}`.slice(1), pooled);
    pool[pooled++] = count;
    for (let at = 0; at < count; at++) pool[pooled++] = tokens[at];
  }

  return (token, ids) => {
    const place = places.get(token);
    if (place !== undefined) {
      ids.append(pool, place + 1, place + 1 + pool[place]);
      return;
    }
    const id = whole.get(token);
    if (id !== undefined) {
      ids.push(id);
      return;
    }
    const count = merged(token);
    ids.append(tokens, 0, count);
    if (token.length <= MOST_CACHED_UNITS) remember(token, count);
    if (token.length > KEPT_UNITS) {
      bytes = new Uint8Array(0);
      tokens = new Int32Array(0);
    }
  };
}
