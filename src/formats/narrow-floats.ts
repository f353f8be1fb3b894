// Numbers of 16 and 8 bits: IEEE 754 binary16; bfloat16, the upper half of a float32; and the 8-bit formats of Micikevicius et al.
// 2022 ("FP8 formats for deep learning"), with the scale E8M0 of the OCP Microscaling specification (2023).

const SIGN = 0x80000000;
const INFINITE = 0x7f800000;
/** 65520, half way from the largest float16 to 2^16. */
const BEYOND_FLOAT16 = 0x477ff000;
/** 2^−14, the smallest normal float16. */
const NORMAL_FLOAT16 = 0x38800000;

/**
 * Values of IEEE 754 binary16 (1 sign, 5 exponent, 10 fraction bits) as float32, exactly; NaN stays NaN.
 *
 * @param halves their bits [N]
 */
export function float32FromFloat16(halves: Uint16Array): Float32Array {
  const values = new Float32Array(halves.length);
  const bits = new Uint32Array(values.buffer);
  for (let index = 0; index < halves.length; index++) {
    const sign = (halves[index] & 0x8000) << 16;
    const exponent = (halves[index] >> 10) & 0x1f;
    const fraction = halves[index] & 0x3ff;
    if (exponent === 0) {
      // Zero and the subnormals, which float32 can hold as normal numbers.
      values[index] = fraction * 2 ** -24;
      bits[index] |= sign;
    } else {
      const wideExponent = exponent === 0x1f ? 0xff : exponent + (127 - 15);
      bits[index] = sign | (wideExponent << 23) | (fraction << 13);
    }
  }
  return values;
}

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

/**
 * Values of bfloat16, the upper half of a float32, as float32.
 *
 * @param halves their bits [N]
 */
export function float32FromBfloat16(halves: Uint16Array): Float32Array {
  const bits = new Uint32Array(halves.length);
  for (let index = 0; index < halves.length; index++) bits[index] = halves[index] << 16;
  return new Float32Array(bits.buffer);
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

/** Values of E4M3 (1 sign, 4 exponent, 3 fraction bits, no infinity, NaN where all but the sign are set) as float32. */
export function float32FromFloat8E4M3(bytes: Uint8Array): Float32Array {
  return lookedUp(bytes, E4M3);
}

const E4M3 = Float32Array.from({ length: 256 }, (_, byte) => {
  const sign = byte & 0x80 ? -1 : 1;
  const exponent = (byte >> 3) & 0xf;
  const fraction = byte & 7;
  if ((byte & 0x7f) === 0x7f) return Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -9 : (8 + fraction) * 2 ** (exponent - 10));
});

/** Values of E5M2, the upper half of a binary16, as float32. */
export function float32FromFloat8E5M2(bytes: Uint8Array): Float32Array {
  return lookedUp(bytes, E5M2);
}

const E5M2 = float32FromFloat16(Uint16Array.from({ length: 256 }, (_, byte) => byte << 8));

/** Values of E8M0, powers of two from 2^−127 to 2^127 and NaN, as float32. */
export function float32FromFloat8E8M0(bytes: Uint8Array): Float32Array {
  return lookedUp(bytes, E8M0);
}

const E8M0 = Float32Array.from({ length: 256 }, (_, byte) =>
  byte === 0xff ? Number.NaN : 2 ** (byte - 127),
);

function lookedUp(bytes: Uint8Array, table: Float32Array): Float32Array {
  const values = new Float32Array(bytes.length);
  for (let index = 0; index < bytes.length; index++) values[index] = table[bytes[index]];
  return values;
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
