import { UnrolledError } from "../../errors.ts";

/**
 * The characters under which byte-level vocabularies list bytes (GPT-2; Radford et al. 2019), by byte: printable
 * Latin-1 stands for itself, the remaining 68 bytes are numbered upwards from U+0100.
 */
export const BYTE_CHARACTERS: readonly string[] = byteCharacters();

const byteOfCharacter = new Map(BYTE_CHARACTERS.map((character, byte) => [character, byte]));

function byteCharacters(): string[] {
  const characters: string[] = [];
  let replacement = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const isPrintable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    characters.push(String.fromCharCode(isPrintable ? byte : replacement++));
  }
  return characters;
}

/** The bytes that a token of a byte-level vocabulary stands for, one for each of its characters. */
export function bytesOfToken(token: string): Uint8Array {
  return Uint8Array.from(token, (character) => {
    const byte = byteOfCharacter.get(character);
    if (byte !== undefined) return byte;
    throw new UnrolledError("invalid-file", {
      call: "tokenizerFromJSON",
      problem: `${JSON.stringify(token)} in a vocabulary of bytes has ${JSON.stringify(character)}, which stands for no byte`,
    });
  });
}

/** A byte for people to read: itself if it is printable ASCII or white space, else `<0xE2>`. */
export function displayByte(byte: number): string {
  const isControl = byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d;
  if (!isControl && byte < 0x7f) return String.fromCharCode(byte);
  return `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
}

/** Bytes for people to read: the characters that they hold whole, and the other bytes as `displayByte` shows them. */
export function displayBytes(bytes: Uint8Array): string {
  let shown = "";
  for (let start = 0; start < bytes.length; ) {
    const length = Math.max(1, Math.min(4, Math.clz32(~(bytes[start] << 24))));
    const character = bytes.subarray(start, start + length);
    const text = length === 1 ? "\uFFFD" : utf8Decoder().decode(character);
    const isWhole = text !== "\uFFFD" && [...text].length === 1;
    shown += isWhole ? text : displayByte(bytes[start]);
    start += isWhole ? length : 1;
  }
  return shown;
}

/** A decoder that keeps a byte order mark, three bytes like any other: decoding is the inverse of encoding. */
export function utf8Decoder(): TextDecoder {
  return new TextDecoder("utf-8", { ignoreBOM: true });
}
