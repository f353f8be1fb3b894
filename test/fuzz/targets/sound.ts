import { readHtkFeatures, readSphinxFeatures, readWav, writeWav } from "unrolled/audio";
import { htkFile, sphinxFile } from "../../audio/feature-file.ts";
import { tones } from "../../audio/tones.ts";
import { wavFile } from "../../audio/wav-file.ts";
import type { FuzzTarget } from "../fuzz.ts";
import { byteFlips, numberMutations, type Place, truncationsEverywhere } from "../mutations.ts";

/** Where numbers stand in the plain header of a WAV file. */
const WAV_PLACES: readonly Place[] = [
  { offset: 4, bytes: 4, kind: "length" },
  { offset: 16, bytes: 4, kind: "length" },
  { offset: 20, bytes: 2, kind: "type" },
  { offset: 22, bytes: 2, kind: "count" },
  { offset: 24, bytes: 4, kind: "value" },
  { offset: 32, bytes: 2, kind: "shape" },
  { offset: 34, bytes: 2, kind: "type" },
  { offset: 40, bytes: 4, kind: "length" },
];
const HTK_PLACES: readonly Place[] = [
  { offset: 0, bytes: 4, kind: "count", bigEndian: true },
  { offset: 4, bytes: 4, kind: "value", bigEndian: true },
  { offset: 8, bytes: 2, kind: "shape", bigEndian: true },
  { offset: 10, bytes: 2, kind: "type", bigEndian: true },
];
const SPHINX_PLACES: readonly Place[] = [{ offset: 0, bytes: 4, kind: "count", bigEndian: true }];

const seed = (name: string, bytes: Uint8Array, places: readonly Place[]) => ({
  name,
  bytes,
  mutations: [
    ...numberMutations(bytes, places),
    ...byteFlips(0, Math.min(60, bytes.length)),
    ...truncationsEverywhere(bytes.length, 60),
  ],
});
const values = Array.from({ length: 26 }, (_, at) => at - 13);

/** Nothing in a file of features tells whose it is: one of the length that the whole one of Sphinx has is read as that. */
export const target: FuzzTarget = {
  name: "readers of sound",
  seeds: [
    seed("16 bits.wav", writeWav(tones({ seconds: 0.02, channels: 2 })), WAV_PLACES),
    seed("floats.wav", writeWav(tones({ seconds: 0.02 }), { bits: 32 }), WAV_PLACES),
    seed(
      "24 bits, extensible.wav",
      wavFile({ bits: 24, extensible: true, data: values.map((each) => each & 255).slice(0, 24) }),
      WAV_PLACES,
    ),
    seed("features.htk", htkFile({ width: 13, values }), HTK_PLACES),
    seed("compressed.htk", htkFile({ width: 13, values, isCompressed: true }), HTK_PLACES),
    seed("features.mfc", sphinxFile(values), SPHINX_PLACES),
  ],
  read: (bytes) => {
    if (bytes[0] === 0x52) return readWav(bytes);
    return bytes.length === 4 + 4 * values.length ? readSphinxFeatures(bytes) : readHtkFeatures(bytes);
  },
};
