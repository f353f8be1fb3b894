// Numbers of 16 and 8 bits as float32: IEEE 754 binary16; bfloat16, the upper half of a float32; and the 8-bit formats of Micikevicius
// et al. 2022 ("FP8 formats for deep learning"), with the scale E8M0 of the OCP Microscaling specification (2023).

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
