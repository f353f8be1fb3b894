/** SHA-256 over runs of numbers that stand behind one another. */
export function digestOfNumbers(runs: readonly ArrayLike<number>[]): Promise<string> {
  const numbers = new Float64Array(runs.reduce((sum, { length }) => sum + length, 0));
  let first = 0;
  for (const run of runs) {
    numbers.set(run, first);
    first += run.length;
  }
  return digestOf([numbers]);
}

/** SHA-256 over the digests of some rows of numbers or bytes, in hexadecimal digits. */
export async function digestOf(parts: readonly ArrayBufferView[]): Promise<string> {
  const bytes = (part: ArrayBufferView) =>
    new Uint8Array(part.buffer as ArrayBuffer, part.byteOffset, part.byteLength);
  const digests = await Promise.all(parts.map((part) => crypto.subtle.digest("SHA-256", bytes(part))));
  const joined = new Uint8Array(32 * digests.length);
  for (const [index, digest] of digests.entries()) joined.set(new Uint8Array(digest), 32 * index);
  const whole = new Uint8Array(await crypto.subtle.digest("SHA-256", joined));
  return Array.from(whole, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
