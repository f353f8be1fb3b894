// Ways to break a file that know its structure: numbers at the edges of their ranges, cuts at every boundary, and tokens of text.
import type { Mutation } from "./fuzz.ts";

/** A number in a binary file. */
export interface Place {
  readonly offset: number;
  readonly bytes: 1 | 2 | 4 | 8;
  readonly kind: "length" | "count" | "offset" | "shape" | "type" | "nesting" | "value";
  readonly bigEndian?: boolean;
}

const EDGES = [
  ...[0n, 1n, 2n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0xffffn],
  ...[2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n],
  ...[2n ** 60n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n],
];

/** Each number in turn at each edge of its range, next to what it was, and next to the file's length. */
export function numberMutations(seed: Uint8Array, places: readonly Place[]): Mutation[] {
  return places.flatMap((place) => {
    const was = readNumber(seed, place);
    const length = BigInt(seed.length);
    const near = [was - 1n, was + 1n, was * 2n, was / 2n, length - 1n, length, length + 1n];
    const limit = 1n << BigInt(8 * place.bytes);
    const values = new Set([...EDGES, ...near].filter((value) => value >= 0n && value < limit));
    // Minus one, whatever the width.
    values.add(limit - 1n).delete(was);
    return [...values].map((value) => ({
      what: `${place.kind} at byte ${place.offset} is ${value}`,
      apply: (bytes: Uint8Array) => withNumber(bytes, place, value),
    }));
  });
}

/** The file cut short at each of these bytes, and one byte to either side. */
export function truncations(boundaries: Iterable<number>): Mutation[] {
  const ends = new Set([...boundaries].flatMap((end) => [end - 1, end, end + 1]).filter((end) => end >= 0));
  return [...ends].map((end) => ({ what: `cut at byte ${end}`, apply: (bytes) => bytes.slice(0, end) }));
}

/** The file cut short everywhere, or for a large one at `count` places. */
export function truncationsEverywhere(length: number, count = 500): Mutation[] {
  const step = Math.max(1, Math.floor(length / count));
  return truncations(Array.from({ length: Math.ceil(length / step) }, (_, index) => index * step));
}

/** Each byte in these ranges with its bits flipped, one bit or all. */
export function byteFlips(begin: number, end: number): Mutation[] {
  return Array.from({ length: end - begin }, (_, index) => begin + index).flatMap((offset) =>
    [0x01, 0x80, 0xff].map((bits) => ({
      what: `byte ${offset} xor ${bits}`,
      apply: (bytes: Uint8Array) => {
        const broken = bytes.slice();
        if (offset < broken.length) broken[offset] ^= bits;
        return broken;
      },
    })),
  );
}

const JSON_TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[[\]{},:]/g;

const JSON_VALUES = [
  ...["0", "1", "-1", "0.5", "-0", "1e400", "1e-400", "NaN", "null", "true", "[]", "{}", '""', '"__proto__"'],
  ...EDGES.filter((edge) => edge > 2n ** 30n).map(String),
  '{"__proto__":null}',
  `"${"x".repeat(70_000)}"`,
  `${"[".repeat(50_000)}${"]".repeat(50_000)}`,
  `${'{"a":'.repeat(20_000)}0${"}".repeat(20_000)}`,
  `[${"1,".repeat(20_000)}1]`,
  '"\\ud800"',
];

/**
 * JSON text with each token in turn replaced, left out or doubled.
 *
 * @param file the whole file with this text instead of its own, its lengths adapted
 */
export function jsonMutations(text: string, file: (text: string) => Uint8Array): Mutation[] {
  const tokens = [...text.matchAll(JSON_TOKENS)];
  const strings = [...new Set(tokens.map(([token]) => token).filter((token) => token.startsWith('"')))];
  return tokens.flatMap(({ 0: token, index }) => {
    const isValue = !/^[[\]{},:]/.test(token);
    const values = isValue ? [...JSON_VALUES, ...strings, ...nextTo(token)] : ["[", "]", "{", "}", ","];
    return ["", `${token}${token}`, `${token},${token}`, ...values]
      .filter((value) => value !== token)
      .map((value) => ({
        what: `${token.slice(0, 40)} at ${index} is ${value.slice(0, 40)}`,
        apply: () => file(text.slice(0, index) + value + text.slice(index + token.length)),
      }));
  });
}

function nextTo(token: string): string[] {
  const value = Number(token);
  return Number.isSafeInteger(value) ? [value - 1, value + 1, value * 2, -value].map(String) : [];
}

function readNumber(bytes: Uint8Array, place: Place): bigint {
  let value = 0n;
  for (let index = 0; index < place.bytes; index++) {
    value = (value << 8n) | BigInt(bytes[byteOffset(place, place.bytes - 1 - index)]);
  }
  return value;
}

function withNumber(bytes: Uint8Array, place: Place, value: bigint): Uint8Array {
  const broken = bytes.slice();
  for (let index = 0; index < place.bytes; index++) {
    const offset = byteOffset(place, index);
    if (offset < broken.length) broken[offset] = Number((value >> BigInt(8 * index)) & 0xffn);
  }
  return broken;
}

/** Where the byte of weight 256^index lies. */
function byteOffset(place: Place, index: number): number {
  return place.offset + (place.bigEndian ? place.bytes - 1 - index : index);
}
