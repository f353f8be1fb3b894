/** How vocabularies with a token for each byte spell it: `<0xE2>`. */
export function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
}

/** The byte that a token of this spelling stands for. */
export function byteOfToken(token: string): number | undefined {
  const digits = /^<0x([0-9A-Fa-f]{2})>$/.exec(token)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

/** The ids of the 256 bytes' tokens; undefined unless all are there. */
export function byteIds(idOf: (token: string) => number | undefined): Int32Array | undefined {
  const ids = new Int32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    const id = idOf(byteToken(byte));
    if (id === undefined) return undefined;
    ids[byte] = id;
  }
  return ids;
}
