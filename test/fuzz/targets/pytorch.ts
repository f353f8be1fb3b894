import { readFileSync } from "node:fs";
import { readPyTorch } from "unrolled/formats/pytorch";
import { archiveOf, opcodesOf } from "../../pickle-file.ts";
import type { FuzzSeed, FuzzTarget, Mutation } from "../fuzz.ts";
import { byteFlips, numberMutations, truncations, truncationsEverywhere } from "../mutations.ts";

/** Opcodes of each kind: values, marks, tuples, lists, sets, dictionaries, memory, names, calls, the end, and one that is not read. */
const OPCODES = "NX\x8a(02\x85t]ae\x8f\x90\x91}suqh\x94c\x93R\x81\x92bQ.\xff";

/** A file of PyTorch's, broken as a whole and in its pickle; there the archive around it stays whole. */
function seedOf(name: string, index: number): FuzzSeed {
  const file = Uint8Array.from(readFileSync(new URL(`../../fixtures/pytorch/${name}`, import.meta.url)));
  return pickleSeed(name, file, { 0: new Uint8Array(24), 1: new Uint8Array(4) }, index === 0);
}

/** `flipped`: whether each byte of the pickle is broken too. */
export function pickleSeed(
  name: string,
  file: Uint8Array,
  storages: Readonly<Record<string, Uint8Array>>,
  flipped: boolean,
): FuzzSeed {
  const program = pickleIn(file);
  const archive = (broken: Uint8Array) => archiveOf(broken, storages);
  const opcodes = opcodesOf(program);
  const replaced = opcodes.flatMap(({ offset }) =>
    [...OPCODES].map(
      (letter): Mutation => ({
        what: `opcode at ${offset} is 0x${letter.charCodeAt(0).toString(16)}`,
        apply: (bytes) => bytes.with(Math.min(offset, bytes.length - 1), letter.charCodeAt(0)),
      }),
    ),
  );
  const inside = [
    ...replaced,
    ...numberMutations(
      program,
      opcodes.flatMap(({ argument }) => argument ?? []),
    ),
    ...truncations(opcodes.map(({ offset }) => offset)),
    // Once is enough: most opcodes are those of the other protocol.
    ...(flipped ? byteFlips(0, program.length) : []),
  ].map(({ what, apply }): Mutation => ({ what, apply: () => archive(apply(program)) }));
  return { name, bytes: file, mutations: [...inside, ...truncationsEverywhere(file.length, 200)] };
}

/** The pickle is the archive's first file; its padding ends where it begins. */
function pickleIn(file: Uint8Array): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset);
  const begin = 30 + view.getUint16(26, true) + view.getUint16(28, true);
  const end = Buffer.from(file).indexOf("PK", begin);
  const stop = file.lastIndexOf(0x2e, end - 1);
  return file.slice(begin, stop + 1);
}

export const target: FuzzTarget = {
  name: "readPyTorch",
  seeds: ["small.pt", "small-protocol-4.pt"].map(seedOf),
  read: (broken) => readPyTorch(broken),
};
