// HTK's own features of a recording, as its configurations say (hcopy1.conf to hcopy6.conf, fbank1.conf to fbank4.conf). HTK computes in
// float32 (its spectrum by a table of sines that is a recurrence), and that is all that differs.
import { existsSync, readFileSync } from "node:fs";
import { FrontEnd, type FrontEndOptions, readHtkFeatures, readWav } from "unrolled/audio";
import { describe, expect, it } from "vitest";
import { required } from "../required.ts";
import { DATA } from "./data.ts";

const folder = `${DATA}kaldi-features`;
/** Cepstra reach 4e-4, where c1 is near 40 and liftering has multiplied by 12; filter banks 5e-5. */
const MOST_APART = 5e-4;
const COMMON = { style: "htk", power: true, filters: 23, preemphasis: 0 } as const;
const mfcc = { ...COMMON, kind: "mfcc", deltas: 2 } as const;
const fbank = { ...COMMON, kind: "fbank" } as const;
const warped = (factor: number) => ({ warp: { factor, lowHz: 100, highHz: 7500 } });

const CASES: readonly (readonly [string, FrontEndOptions, number, string])[] = [
  ["fea_htk.1", { ...mfcc, zeroth: true }, 39, "MFCC_D_A_0"],
  ["fea_htk.2", { ...mfcc, energy: true }, 39, "MFCC_E_D_A"],
  ["fea_htk.3", { ...mfcc, energy: true, lowHz: 20 }, 39, "MFCC_E_D_A"],
  ["fea_htk.4", { ...mfcc, energy: true, preemphasis: 0.97 }, 39, "MFCC_E_D_A"],
  ["fea_htk.5", { ...mfcc, energy: true, preemphasis: 0.97, ...warped(1.1) }, 39, "MFCC_E_D_A"],
  [
    "fea_htk.6",
    { ...mfcc, zeroth: true, preemphasis: 0.97, filters: 24, lowHz: 125, highHz: 7800 },
    39,
    "MFCC_D_A_0",
  ],
  ["fbank_htk.1", fbank, 23, "FBANK"],
  ["fbank_htk.2", { ...fbank, lowHz: 25 }, 23, "FBANK"],
  ["fbank_htk.3", { ...fbank, lowHz: 25, ...warped(0.9) }, 23, "FBANK"],
  ["fbank_htk.4", { ...fbank, lowHz: 25, ...warped(1.1) }, 23, "FBANK"],
];

describe("features as HTK makes them", () => {
  it.skipIf(!required(existsSync(folder), folder)).each(CASES)("%s", (name, options, width, kind) => {
    const wanted = readHtkFeatures(new Uint8Array(readFileSync(`${folder}/test.wav.${name}`)));
    expect([wanted.width, wanted.kind, wanted.hopMs]).toEqual([width, kind, 10]);
    const frontEnd = new FrontEnd(options);
    const { values } = frontEnd.frames(readWav(new Uint8Array(readFileSync(`${folder}/test.wav`))));
    expect(values.length).toBe(wanted.values.length);
    let worst = 0;
    for (let at = 0; at < values.length; at++)
      if (Math.abs(values[at] - wanted.values[at]) > Math.abs(values[worst] - wanted.values[worst]))
        worst = at;
    const entry = `frame ${Math.floor(worst / width)}, ${frontEnd.names[worst % width]}: ${values[worst]}, HTK's ${wanted.values[worst]}`;
    expect(Math.abs(values[worst] - wanted.values[worst]), entry).toBeLessThan(MOST_APART);
  });
});
