import { readFileSync } from "node:fs";
import { readNpy, readNpz } from "unrolled/formats/numpy";
import type { FuzzTarget, Mutation } from "../fuzz.ts";
import { byteFlips, truncationsEverywhere } from "../mutations.ts";

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../fixtures/numpy/${name}`, import.meta.url)));

/** Other words in the header. */
const WORDS = [
  ["(2, 3, 4)", "(2, 3, 5)"],
  ["(2, 3, 4)", "(9999999)"],
  ["(2, 3, 4)", "(0, 3, 4)"],
  ["'<f4'", "'<f8'"],
  ["'<f4'", "'|O8'"],
  ["True", "None"],
  ["shape", "shade"],
] as const;
const words: Mutation[] = WORDS.map(([from, to]) => ({
  what: `${from} is ${to}`,
  apply: (bytes) => {
    const changed = bytes.slice();
    const at = new TextDecoder("latin1").decode(bytes).indexOf(from);
    if (at >= 0) changed.set(new TextEncoder().encode(to), at);
    return changed;
  },
}));
const HEADER_BYTES = 128;

export const target: FuzzTarget = {
  name: "readNpy and readNpz",
  seeds: ["columns.npy", "model.npz", "types.npz"].map((name) => {
    const bytes = fixture(name);
    return {
      name,
      bytes,
      mutations: [...words, ...byteFlips(0, HEADER_BYTES), ...truncationsEverywhere(bytes.length, 200)],
    };
  }),
  read: (bytes) => (bytes[0] === 0x50 ? readNpz(bytes) : readNpy(bytes)),
};
