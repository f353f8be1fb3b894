import { Allowance } from "../../../src/formats/allowance.ts";
import { ByteReader } from "../../../src/formats/byte-reader.ts";
import { openZip } from "../../../src/formats/zip.ts";
import { zipFile } from "../../zip-file.ts";
import type { FuzzSeed, FuzzTarget } from "../fuzz.ts";
import { byteFlips, numberMutations, truncations, truncationsEverywhere } from "../mutations.ts";

const files = [
  { name: "folder/plain.txt", bytes: new TextEncoder().encode("plain words") },
  { name: "packed.txt", bytes: new TextEncoder().encode("packed words ".repeat(20)), deflated: true },
  { name: "empty", bytes: new Uint8Array(0) },
];

const seeds = [false, true].map((zip64): FuzzSeed => {
  const { bytes, places, boundaries } = zipFile(files, { zip64 });
  return {
    name: zip64 ? "zip64" : "zip",
    bytes,
    mutations: [
      ...numberMutations(bytes, places),
      ...truncations(boundaries),
      ...truncationsEverywhere(bytes.length, 100),
      // The deflated bytes themselves.
      ...byteFlips(boundaries[3], boundaries[4]),
    ],
  };
});

export const target: FuzzTarget = {
  name: "openZip",
  seeds,
  read: async (broken) => {
    const archive = openZip(new ByteReader("open", broken), new Allowance("open", broken.length));
    for (const name of archive.names) await archive.read(name);
  },
};
