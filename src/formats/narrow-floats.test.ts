import { describe, expect, it } from "vitest";
import { bfloat16FromFloat32, float16FromFloat32 } from "./narrow-floats.ts";
import {
  float32FromBfloat16,
  float32FromFloat8E4M3,
  float32FromFloat8E5M2,
  float32FromFloat8E8M0,
  float32FromFloat16,
} from "./widened-floats.ts";

const ALL_HALVES = Uint16Array.from({ length: 65536 }, (_, index) => index);
const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, index) => index);

/** Float32 of the bits of another one, `steps` above in magnitude. */
function nextTo(value: number, steps: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer);
  return new Float32Array(Uint32Array.of(bits[0] + steps).buffer)[0];
}

describe.each([
  {
    name: "float16",
    widen: float32FromFloat16,
    narrow: float16FromFloat32,
    infinity: 0x7c00,
    beyond: 2 ** 16,
  },
  {
    name: "bfloat16",
    widen: float32FromBfloat16,
    narrow: bfloat16FromFloat32,
    infinity: 0x7f80,
    beyond: 2 ** 128,
  },
])("$name", ({ widen, narrow, infinity, beyond }) => {
  const values = widen(ALL_HALVES);
  /** A value by its bits, the infinity standing for the power of two that it begins at. */
  const widened = (half: number) => (half === infinity ? beyond : values[half]);

  it("gives all 65536 values back, NaNs too", () => {
    const halves = narrow(values);
    expect(ALL_HALVES.filter((half) => halves[half] !== half)).toEqual(Uint16Array.of());
  });

  it("rounds to the nearest, and half way to the even one", () => {
    const wrong: string[] = [];
    for (let half = 0; half < infinity; half++) {
      const middle = (widened(half) + widened(half + 1)) / 2;
      const even = half % 2 === 0 ? half : half + 1;
      const rounded = narrow(Float32Array.of(middle, -middle, nextTo(middle, -1), nextTo(middle, 1)));
      const expected = [even, even | 0x8000, half, half + 1];
      if (String(rounded) !== String(expected)) wrong.push(`${middle}: ${rounded}, needed ${expected}`);
    }
    expect(wrong).toEqual([]);
  });

  it("keeps a NaN whose upper bits are those of infinity", () => {
    const nans = new Float32Array(Uint32Array.of(0x7f800001, 0xff800001).buffer);
    expect([...widen(narrow(nans))]).toEqual([Number.NaN, Number.NaN]);
  });

  it("reads part of a larger memory", () => {
    expect(widen(narrow(Float32Array.of(9, 1, -2, 9).subarray(1, 3)))).toEqual(Float32Array.of(1, -2));
  });
});

describe("8 bits", () => {
  it("E4M3: from 2^−9 to 448, no infinity", () => {
    const values = float32FromFloat8E4M3(ALL_BYTES);
    expect([0x00, 0x01, 0x07, 0x08, 0x38, 0x39, 0x7e, 0x7f].map((byte) => values[byte])).toEqual([
      0,
      2 ** -9,
      0.875 * 2 ** -6,
      2 ** -6,
      1,
      1.125,
      448,
      Number.NaN,
    ]);
    expect([0x80, 0xb8, 0xfe, 0xff].map((byte) => values[byte])).toEqual([-0, -1, -448, Number.NaN]);
    for (let byte = 1; byte < 0x7f; byte++) expect(values[byte]).toBeGreaterThan(values[byte - 1]);
  });

  it("E5M2: from 2^−16 to 57344, and infinity", () => {
    const values = float32FromFloat8E5M2(ALL_BYTES);
    expect([0x00, 0x01, 0x04, 0x3c, 0x3d, 0x7b, 0x7c, 0x7d, 0xbc, 0xfc].map((byte) => values[byte])).toEqual([
      0,
      2 ** -16,
      2 ** -14,
      1,
      1.25,
      57344,
      Number.POSITIVE_INFINITY,
      Number.NaN,
      -1,
      Number.NEGATIVE_INFINITY,
    ]);
  });

  it("E8M0: powers of two", () => {
    const values = float32FromFloat8E8M0(ALL_BYTES);
    expect([0, 126, 127, 254, 255].map((byte) => values[byte])).toEqual([
      2 ** -127,
      0.5,
      1,
      2 ** 127,
      Number.NaN,
    ]);
  });
});
