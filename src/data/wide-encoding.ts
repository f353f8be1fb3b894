const SAMPLE = 1 << 16;
const LEAST_ZEROS = 8;
/** Shares of what is looked at: zeros of spaces and line breaks alone, as in Cyrillic text; of most characters, however short the text. */
const FEW = 0.02;
const MANY = 0.25;
/** How many of the zeros may stand elsewhere. */
const STRAY = 0.05;

/**
 * Which encoding of two or four bytes a character bytes seem to be that are read as UTF-8, where zeros pass for characters: its zeros
 * stand in every second place, or in three of four. Undefined for anything else.
 *
 * @param text bytes, or a string that was made of such bytes
 */
export function wideEncoding(text: Uint8Array | string): "UTF-16LE" | "UTF-16BE" | "UTF-32" | undefined {
  const length = Math.min(text.length, SAMPLE);
  const zerosAt = [0, 0, 0, 0];
  for (let at = 0; at < length; at++) {
    const unit = typeof text === "string" ? text.charCodeAt(at) : text[at];
    if (unit === 0) zerosAt[at % 4] += 1;
  }
  const zeros = zerosAt.reduce((sum, count) => sum + count, 0);
  const isWide = zeros > MANY * length || (zeros >= LEAST_ZEROS && zeros > FEW * length);
  if (!isWide) return undefined;
  const places = length / 4;
  const isFull = zerosAt.filter((count) => count > (1 - STRAY) * places - 1).length;
  if (isFull >= 2 && zeros > (1 - MANY - STRAY) * length) return zeros >= length - 1 ? undefined : "UTF-32";
  const odd = zerosAt[1] + zerosAt[3];
  if (odd >= (1 - STRAY) * zeros) return "UTF-16LE";
  return odd <= STRAY * zeros ? "UTF-16BE" : undefined;
}
