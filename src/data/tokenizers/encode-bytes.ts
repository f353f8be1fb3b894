/** The byte tokenizer's ids of a file as it is, valid UTF-8 or not. */
export function encodeBytes(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes);
}
