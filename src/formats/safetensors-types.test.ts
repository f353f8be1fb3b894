import { describe, expect, it } from "vitest";
import { readSafetensors, readStoredSafetensors } from "./safetensors.ts";
import { readSafetensorsHeader } from "./safetensors-header.ts";
import { STORED_TYPES, type StoredNumbers, type StoredType } from "./stored-numbers.ts";
import { writeSafetensors } from "./write-safetensors.ts";

/** A tensor of each type, the values as they are stored and as float32. */
const EVERY_TYPE: [StoredType, StoredNumbers, number[]][] = [
  ["BOOL", Uint8Array.of(0, 1), [0, 1]],
  ["U8", Uint8Array.of(0, 255), [0, 255]],
  ["I8", Int8Array.of(-128, 127), [-128, 127]],
  ["F8_E5M2", Uint8Array.of(0x3c, 0xc0), [1, -2]],
  ["F8_E4M3", Uint8Array.of(0x38, 0xc0), [1, -2]],
  ["F8_E8M0", Uint8Array.of(126, 128), [0.5, 2]],
  ["U16", Uint16Array.of(0, 65535), [0, 65535]],
  ["I16", Int16Array.of(-32768, 32767), [-32768, 32767]],
  ["F16", Uint16Array.of(0x3c00, 0xc000), [1, -2]],
  ["BF16", Uint16Array.of(0x3f80, 0xc000), [1, -2]],
  ["U32", Uint32Array.of(1, 2 ** 32 - 1), [1, 2 ** 32]],
  ["I32", Int32Array.of(-(2 ** 31), 1), [-(2 ** 31), 1]],
  ["F32", Float32Array.of(1.5, -2), [1.5, -2]],
  ["U64", BigUint64Array.of(1n, 2n ** 64n - 1n), [1, 2 ** 64]],
  ["I64", BigInt64Array.of(-(2n ** 63n), 1n), [-(2 ** 63), 1]],
  ["F64", Float64Array.of(0.1, -2), [Math.fround(0.1), -2]],
  ["C64", Float32Array.of(1, 2, 3, 4), []],
];

describe("every type", () => {
  it.each(EVERY_TYPE)("%s", (dtype, data, values) => {
    const bytes = writeSafetensors({ a: { shape: [2, 1], data, dtype } });
    expect(readStoredSafetensors(bytes)).toEqual({ a: { dtype, shape: [2, 1], data } });
    if (values.length > 0)
      expect(readSafetensors(bytes)).toEqual({
        a: { dtype, shape: [2, 1], data: Float32Array.from(values) },
      });
  });

  it("is there", () => {
    expect(EVERY_TYPE.map(([dtype]) => dtype).sort()).toEqual([...STORED_TYPES].sort());
  });

  it("an array is stored as its own type unless another is given, and numbers are rounded to the nearest", () => {
    const data = Float32Array.of(1, 1 + 2 ** -11, 65520);
    const bytes = writeSafetensors({
      ...{ f32: { shape: [3], data }, f16: { shape: [3], data, dtype: "F16" } },
      ...{ bf16: { shape: [3], data, dtype: "BF16" }, f64: { shape: [3], data, dtype: "F64" } },
      ...{
        weight: { shape: [1, 2], data: Int8Array.of(-3, 4) },
        ids: { shape: [1], data: BigInt64Array.of(5n) },
      },
    });
    const tensors = readSafetensors(bytes);
    expect(tensors.f16.data).toEqual(Float32Array.of(1, 1, Number.POSITIVE_INFINITY));
    expect(tensors.bf16.data).toEqual(Float32Array.of(1, 1, 65536));
    expect(tensors.f64).toEqual({ dtype: "F64", shape: [3], data });
    expect(tensors.weight).toEqual({ dtype: "I8", shape: [1, 2], data: Float32Array.of(-3, 4) });
    expect(tensors.ids.dtype).toBe("I64");
    // Wide types come first, so that each begins where its array can.
    const { entries } = readSafetensorsHeader("read", bytes);
    expect(entries.map(({ name }) => name)).toEqual(["f64", "ids", "f32", "bf16", "f16", "weight"]);
  });

  it("does not become another", () => {
    const write = (data: StoredNumbers, dtype: StoredType) => () =>
      writeSafetensors({ w: { shape: [data.length], data, dtype } });
    expect(write(new Float32Array(2), "I8")).toThrow(
      "values in a Float32Array, which cannot be stored as I8",
    );
    expect(write(new Float64Array(2), "F32")).toThrow(
      "values in a Float64Array, which cannot be stored as F32",
    );
    expect(write(new Float32Array(2), "C64")).toThrow('tensor "w" has shape [2], but 1 values');
  });
});

describe("maxBytes", () => {
  it("bounds what a file takes, by default a few times its length", () => {
    const data = new Uint8Array(2 ** 20);
    const bytes = writeSafetensors({ big: { shape: [data.length], data } });
    expect(readSafetensors(bytes).big.data.length).toBe(data.length);
    expect(() => readSafetensors(bytes, { maxBytes: 2 ** 21 })).toThrow(
      'tensor "big" as float32 takes 4194304 bytes',
    );
    expect(readStoredSafetensors(bytes, { maxBytes: 2 ** 21 }).big.data.length).toBe(data.length);
    expect(() => readStoredSafetensors(bytes, { maxBytes: 1000 })).toThrow("no more than 1000 are allowed");
  });
});
