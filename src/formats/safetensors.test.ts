import { describe, expect, it } from "vitest";
import { readSafetensors } from "./safetensors.ts";
import { readSafetensorsHeader } from "./safetensors-header.ts";
import { writeSafetensors } from "./write-safetensors.ts";

// Both files were written by Hugging Face's Python package, safetensors 0.8.0 (safetensors.numpy.save).
const FLOAT32_FILE = Buffer.from(
  "GAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJmb3JtYXQiOiJwdCJ9LCIxMCI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMCw0XSwiZGF0YV9v" +
    "ZmZzZXRzIjpbMCwwXX0sIjIiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6W10sImRhdGFfb2Zmc2V0cyI6WzAsNF19LCJkZWNvZGVyLmJpYXMi" +
    "OnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6WzJdLCJkYXRhX29mZnNldHMiOls0LDEyXX0sInJubi53ZWlnaHRfaWhfbDAiOnsiZHR5cGUiOiJG" +
    "MzIiLCJzaGFwZSI6WzIsM10sImRhdGFfb2Zmc2V0cyI6WzEyLDM2XX19ICAgAADoQG8SgzrmsWF/AAAgwAAAwL8AAAC/AAAAPwAAwD8AACBA",
  "base64",
);
const NARROW_AND_WIDE_FILE = Buffer.from(
  "eAAAAAAAAAB7ImRvdWJsZSI6eyJkdHlwZSI6IkY2NCIsInNoYXBlIjpbM10sImRhdGFfb2Zmc2V0cyI6WzAsMjRdfSwiaGFsZiI6eyJkdHlwZSI6" +
    "IkYxNiIsInNoYXBlIjpbMiw0XSwiZGF0YV9vZmZzZXRzIjpbMjQsNDBdfX2amZmZmZm5P5x1AIg85Df+VVVVVVVV1T8APADB/3sBAP+DAHwAgAB+",
  "base64",
);

const FLOAT32_TENSORS = {
  "rnn.weight_ih_l0": { shape: [2, 3], data: Float32Array.of(-2.5, -1.5, -0.5, 0.5, 1.5, 2.5) },
  "decoder.bias": { shape: [2], data: Float32Array.of(1e-3, 3e38) },
  "10": { shape: [0, 4], data: new Float32Array(0) },
  "2": { shape: [], data: Float32Array.of(7.25) },
};

/** A file of this header text and so many bytes of values. */
function file(header: string, valueBytes = 0, claimedLength?: number): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + valueBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(claimedLength ?? text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const tensor = (dtype: unknown, shape: unknown, offsets: unknown) =>
  JSON.stringify({ dtype, shape, data_offsets: offsets });
const F32_PAIR = tensor("F32", [2], [0, 8]);

describe("writeSafetensors", () => {
  it("writes byte for byte what Hugging Face's own package writes", () => {
    expect(Buffer.from(writeSafetensors(FLOAT32_TENSORS, { format: "pt" }))).toEqual(FLOAT32_FILE);
  });

  it("does not depend on the order it was given, and aligns the values", () => {
    const one = { shape: [1], data: Float32Array.of(1) };
    const two = { shape: [1], data: Float32Array.of(2) };
    const bytes = writeSafetensors({ ä: two, a: one }, { z: "\u00e9", b: "2" });
    expect(bytes).toEqual(writeSafetensors({ a: one, ä: two }, { b: "2", z: "\u00e9" }));
    expect((bytes.length - 8) % 8).toBe(0);
    expect(readSafetensorsHeader("read", bytes).metadata).toEqual({ b: "2", z: "é" });
    expect(readSafetensors(bytes).ä.data).toEqual(two.data);
    expect(readSafetensors(writeSafetensors({}))).toEqual({});
  });

  it("takes part of a larger, shared memory", () => {
    const memory = new Float32Array(new SharedArrayBuffer(32)).fill(3);
    const bytes = writeSafetensors({ a: { shape: [2, 1], data: memory.subarray(1, 3) } });
    expect(readSafetensors(bytes).a).toEqual({ dtype: "F32", shape: [2, 1], data: Float32Array.of(3, 3) });
  });

  it("checks shapes and names", () => {
    const data = new Float32Array(6);
    expect(() => writeSafetensors({ w: { shape: [2, 4], data } })).toThrow(
      '"w" has shape [2, 4], but 6 values',
    );
    expect(() => writeSafetensors({ w: { shape: [-2, -3], data } })).toThrow("shape [-2, -3]");
    expect(() => writeSafetensors({ __metadata__: { shape: [6], data } })).toThrow(
      "cannot be named __metadata__",
    );
  });
});

describe("readSafetensors", () => {
  it("reads what Hugging Face's own package wrote", () => {
    const tensors = readSafetensors(FLOAT32_FILE);
    expect(Object.keys(tensors).sort()).toEqual(Object.keys(FLOAT32_TENSORS).sort());
    for (const [name, { shape, data }] of Object.entries(FLOAT32_TENSORS)) {
      expect(tensors[name]).toEqual({ dtype: "F32", shape, data });
    }
    expect(readSafetensorsHeader("read", FLOAT32_FILE).metadata).toEqual({ format: "pt" });
  });

  it("reads float16 and float64, wherever the bytes lie, as a copy", () => {
    const shifted = Buffer.concat([Buffer.of(0), NARROW_AND_WIDE_FILE]).subarray(1);
    const { half, double } = readSafetensors(shifted);
    shifted.fill(0);
    expect(half.shape).toEqual([2, 4]);
    expect(half.dtype).toBe("F16");
    const subnormals = [2 ** -24, -1023 * 2 ** -24];
    expect([...half.data]).toEqual([1, -2.5, 65504, ...subnormals, Number.POSITIVE_INFINITY, -0, Number.NaN]);
    expect(double).toEqual({
      dtype: "F64",
      shape: [3],
      data: Float32Array.of(0.1, Number.NEGATIVE_INFINITY, 1 / 3),
    });
  });

  it("reads bfloat16 at an odd offset", () => {
    const bytes = file(`{"a":${tensor("BF16", [2, 3], [0, 12])}} `, 12);
    expect(bytes.length % 2).toBe(1);
    const bits = [0x3f80, 0xc049, 0x7f80, 0x7fc0, 0x0001, 0x8000];
    const view = new DataView(bytes.buffer, bytes.length - 12);
    for (const [index, half] of bits.entries()) view.setUint16(index * 2, half, true);
    expect([...readSafetensors(bytes).a.data]).toEqual([
      1,
      -3.140625,
      Number.POSITIVE_INFINITY,
      Number.NaN,
      2 ** -133,
      -0,
    ]);
  });

  it("reads a header with long strings and names that are properties of every object", () => {
    const words = '\\"'.repeat(2_000_000);
    const bytes = file(`{"__metadata__":{"words":"${words}"},"__proto__":${F32_PAIR}}`, 8);
    expect(Object.keys(readSafetensors(bytes))).toEqual(["__proto__"]);
  });
});

describe("a broken file", () => {
  const good = writeSafetensors({ a: { shape: [2], data: new Float32Array(2) } });
  it.each<[string, Uint8Array, string]>([
    ["empty", new Uint8Array(0), "the file has 0 bytes, needed at least 8"],
    ["without its header", good.slice(0, 8), "only 0 follow; the file is truncated"],
    ["without its values", good.slice(0, good.length - 1), 'tensor "a": ends at byte'],
    [
      "of another kind",
      new TextEncoder().encode("GIF89a, a picture"),
      "more than the format's limit of 100000000",
    ],
    [
      "with a header of 2^60 bytes",
      file("{}", 0, 2 ** 60),
      "the header claims 1152921504606846976 bytes, more than",
    ],
    [
      "with bytes left over",
      new Uint8Array([...good, 0]),
      '1 bytes follow tensor "a" and belong to no tensor',
    ],
    ["with values of no tensor", file("{}", 4), "4 bytes follow the header"],
    ["with half a header", file('{"a":', 0), "the header is no JSON in UTF-8"],
    ["with an empty header", file(""), "the header is no JSON in UTF-8"],
    [
      "with a header that is no UTF-8",
      new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0, 0xff]),
      "the header is no JSON in UTF-8",
    ],
    ["with white space first", file(" {}"), 'the header begins with " ", needed "{"'],
    ["with a list", file("[]"), 'the header begins with "[", needed "{"'],
    [
      "with a tensor twice",
      file(`{"a":${F32_PAIR},"\\u0061":${F32_PAIR}}`, 8),
      'the header has the key "a" twice',
    ],
    [
      "with a field twice",
      file('{"a":{"dtype":"F32","shape":[],"shape":[],"data_offsets":[0,4]}}', 4),
      '"shape" twice',
    ],
    [
      "with numbers as metadata",
      file('{"__metadata__":{"a":1}}'),
      '__metadata__ is {"a":1}, needed an object of strings',
    ],
    ["with a number as tensor", file('{"a":1}'), 'tensor "a": is 1, needed dtype, shape and data_offsets'],
    [
      "with an unknown type",
      file(`{"a":${tensor("F31", [], [0, 4])}}`, 4),
      'tensor "a": dtype is "F31", needed one of',
    ],
    ["without a type", file(`{"a":${tensor(undefined, [], [0, 4])}}`, 4), 'tensor "a": dtype is undefined'],
    [
      "with complex numbers",
      file(`{"a":${tensor("C64", [1], [0, 8])}}`, 8),
      'tensor "a": it holds complex numbers (C64)',
    ],
    [
      "with a negative size",
      file(`{"a":${tensor("F32", [-1, -2], [0, 8])}}`, 8),
      'tensor "a": shape is [-1,-2]',
    ],
    ["with half a size", file(`{"a":${tensor("F32", [0.5, 4], [0, 8])}}`, 8), 'tensor "a": shape is [0.5,4]'],
    [
      "without a shape",
      file(`{"a":${tensor("F32", undefined, [0, 8])}}`, 8),
      'tensor "a": shape is undefined',
    ],
    ["with one offset", file(`{"a":${tensor("F32", [], [0])}}`, 4), 'tensor "a": data_offsets are [0]'],
    ["with offsets the wrong way", file(`{"a":${tensor("F32", [], [4, 0])}}`, 4), "data_offsets are [4,0]"],
    [
      "with too wide offsets",
      file(`{"a":${tensor("F32", [], [0, 8])}}`, 8),
      "span 8 bytes, but F32 [] has 4",
    ],
    [
      "with a size beyond all numbers",
      file(
        `{"a":${tensor(
          "F32",
          Array(30)
            .fill(2 ** 52)
            .concat(0),
          [0, 0],
        )}}`,
      ),
      'tensor "a": shape is [4503599627370496',
    ],
    [
      "with a gap at the start",
      file(`{"a":${tensor("F32", [], [4, 8])}}`, 8),
      'tensor "a": leaves a gap of 4 bytes',
    ],
    [
      "with a gap",
      file(`{"b":${tensor("F32", [1], [12, 16])},"a":${F32_PAIR}}`, 16),
      'tensor "b": leaves a gap of 4 bytes after tensor "a"',
    ],
    [
      "with an overlap",
      file(`{"b":${tensor("F32", [2], [4, 12])},"a":${F32_PAIR}}`, 12),
      'tensor "b": overlaps tensor "a" by 4 bytes',
    ],
  ])("is named: %s", (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(
      expect.objectContaining({
        code: "invalid-file",
        message: expect.stringContaining(`readSafetensors: `),
      }),
    );
    expect(() => readSafetensors(bytes)).toThrow(message);
  });
});
