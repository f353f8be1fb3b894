/** What a JSON text is made of, as far as its bytes tell before it is parsed. */
export interface JsonOutline {
  /** How many objects and lists stand inside one another. */
  readonly depth: number;
  /** Keys of all objects. */
  readonly keys: number;
}

const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
/** Brackets and braces differ in one bit. */
const CASE_BIT = 0x20;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/** Reads through a JSON text in UTF-8 once and keeps nothing, so that what nests without end can be refused before it takes memory. */
export function jsonOutline(bytes: Uint8Array): JsonOutline {
  let depth = 0;
  let open = 0;
  let keys = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      for (at++; at < bytes.length && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
    } else if (byte === COLON) keys++;
    else if ((byte | CASE_BIT) === OPENING) {
      open++;
      if (open > depth) depth = open;
    } else if ((byte | CASE_BIT) === CLOSING) open--;
  }
  return { depth, keys };
}
