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
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
}
