import { existsSync, readFileSync } from "node:fs";
import { frameCount, readHtkFeatures, readSphinxFeatures } from "unrolled/audio";
import { describe, expect, it } from "vitest";
import { required } from "../required.ts";
import { DATA } from "./data.ts";
import { htkFile, sphinxFile } from "./feature-file.ts";

describe("features of CMU Sphinx", () => {
  it.each([false, true])("are read in either byte order (little: %j)", (isLittle) => {
    const frames = readSphinxFeatures(sphinxFile([1, 2, 3, 4.5, -5, 6], isLittle), 3);
    expect({ ...frames, count: frameCount(frames) }).toEqual({
      width: 3,
      values: Float32Array.of(1, 2, 3, 4.5, -5, 6),
      count: 2,
    });
  });

  const file = `${DATA}an4-mfcc/feat/an4test_clstk/fcaw/an406-fcaw-b.mfc`;
  it.skipIf(!required(existsSync(file), file))("are read as AN4 has them", () => {
    const { width, values } = readSphinxFeatures(new Uint8Array(readFileSync(file)));
    expect(width).toBe(13);
    expect(values.length).toBe((readFileSync(file).length - 4) / 4);
  });

  it.each([
    [
      "cut",
      sphinxFile([1, 2, 3]).slice(0, -4),
      "the file says that 3 numbers follow, there are 8 bytes for them",
    ],
    ["empty", new Uint8Array(0), "truncated"],
    ["of no frame", sphinxFile([]), "0 numbers, needed frames of 3"],
    ["of parts of frames", sphinxFile([1, 2]), "2 numbers, needed frames of 3"],
    ["with a NaN", sphinxFile([1, Number.NaN, 3]), "number 1 is NaN"],
  ])("refused if %s", (_, bytes, message) => {
    expect(() => readSphinxFeatures(bytes, 3)).toThrow(message);
  });
});

describe("features of HTK", () => {
  it("are read with their header", () => {
    expect(readHtkFeatures(htkFile({ width: 2, values: [1, 2, 3, 4] }))).toEqual({
      width: 2,
      values: Float32Array.of(1, 2, 3, 4),
      hopMs: 10,
      kind: "MFCC_E",
    });
    const qualified = htkFile({ width: 1, values: [1], kind: 0o7 + 0o400 + 0o1000 + 0o4000 + 0o20000 });
    expect(readHtkFeatures(qualified).kind).toBe("FBANK_D_A_Z_0");
  });

  it("are read compressed", () => {
    const { values, kind } = readHtkFeatures(htkFile({ width: 1, values: [10, -30], isCompressed: true }));
    expect(kind).toBe("MFCC_E_C");
    expect([...values]).toEqual([10, -30]);
  });

  it.each([
    [
      "cut",
      htkFile({ width: 2, values: [1, 2, 3, 4] }).slice(0, -1),
      "2 frames of 8 bytes are said to follow, 15 bytes do",
    ],
    ["a waveform", htkFile({ width: 1, values: [1], kind: 0 }), "the file holds WAVEFORM, needed features"],
    ["of a kind that is none", htkFile({ width: 1, values: [1], kind: 0o77 }), "the file holds kind 63"],
    ["of no frame", htkFile({ width: 1, values: [] }), "0 frames"],
    ["of an odd width", htkFile({ width: 1.5, values: [1, 2, 3] }), "a frame takes 6 bytes"],
    ["without time", htkFile({ width: 1, values: [1], period: 0 }), "0 · 100 ns"],
  ])("are refused if %s", (_, bytes, message) => {
    expect(() => readHtkFeatures(bytes)).toThrow(message);
  });
});
