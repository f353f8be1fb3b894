// bfloat16: the upper half of a float32, rounded to the nearest, to even ones where two are as near (Kalamkar et al. 2019).

/** Makes bfloat16 of all float32, in the first half of their place. */
export function narrow(floats: Uint8Array): void {
  const bits = wordsOf(floats);
  const halves = halvesOf(floats);
  for (let index = 0; index < bits.length; index++) {
    const word = bits[index];
    // What is no number stays so: its rounding could carry into infinity.
    const isNumber = (word & 0x7fffffff) <= 0x7f800000;
    halves[index] = isNumber ? (word + 0x7fff + ((word >>> 16) & 1)) >>> 16 : (word >>> 16) | 0x40;
  }
}

/** Makes float32 of the bfloat16 in the first half of their place. */
export function widen(floats: Uint8Array): void {
  const bits = wordsOf(floats);
  const halves = halvesOf(floats);
  for (let index = bits.length - 1; index >= 0; index--) bits[index] = halves[index] << 16;
}

/** The first half. */
export function half(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.length / 2);
}

function wordsOf({ buffer, byteOffset, byteLength }: Uint8Array): Int32Array {
  return new Int32Array(buffer, byteOffset, byteLength / 4);
}

function halvesOf({ buffer, byteOffset, byteLength }: Uint8Array): Uint16Array {
  return new Uint16Array(buffer, byteOffset, byteLength / 4);
}
