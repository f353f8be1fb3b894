// Float32 as numbers of 16 bits: IEEE 754 binary16, and bfloat16, the upper half of a float32.

const SIGN = 0x80000000;
const INFINITE = 0x7f800000;
/** 65520, half way from the largest float16 to 2^16. */
const BEYOND_FLOAT16 = 0x477ff000;
/** 2^−14, the smallest normal float16. */
const NORMAL_FLOAT16 = 0x38800000;

/** The bits of the nearest binary16 of each value, ties to the even one; from 65520 on infinity, NaN stays NaN. */
export function float16FromFloat32(values: Float32Array): Uint16Array {
  const halves = new Uint16Array(values.length);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let index = 0; index < values.length; index++) {
    const magnitude = bits[index] & ~SIGN;
    const sign = (bits[index] & SIGN) >>> 16;
    if (magnitude > INFINITE) halves[index] = sign | 0x7c00 | nanFraction((magnitude >> 13) & 0x3ff, 0x200);
    else if (magnitude >= BEYOND_FLOAT16) halves[index] = sign | 0x7c00;
    else if (magnitude >= NORMAL_FLOAT16) {
      const rounded = magnitude + 0xfff + ((magnitude >> 13) & 1);
      halves[index] = sign | ((rounded >> 13) - ((127 - 15) << 10));
    } else halves[index] = sign | nearestEven(Math.abs(values[index]) * 2 ** 24);
  }
  return halves;
}

/** The bits of the nearest bfloat16 of each value, ties to the even one; NaN stays NaN. */
export function bfloat16FromFloat32(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const word = bits[index];
    const upper = word >>> 16;
    if ((word & ~SIGN) > INFINITE) halves[index] = (upper & 0xff80) | nanFraction(upper & 0x7f, 0x40);
    else halves[index] = (word + 0x7fff + (upper & 1)) >>> 16;
  }
  return halves;
}

/** What is left of a NaN's fraction, which must not become an infinity's 0. */
function nanFraction(fraction: number, quiet: number): number {
  return fraction === 0 ? quiet : fraction;
}

function nearestEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return below + (rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? 1 : 0);
}
