// What packed files say of themselves that their decoders do not tell: whether a file ends before its sound does.

const OGG_HEADER = 27;
const LAST_PAGE = 4;

/** What is in a file of Ogg (RFC 3533), by the first packet; undefined for other files, and for what no decoder here reads. */
export function oggContent(bytes: Uint8Array): "vorbis" | "opus" | "flac" | undefined {
  if (!reads(bytes, 0, "OggS")) return undefined;
  const packet = OGG_HEADER + (bytes[OGG_HEADER - 1] ?? 0);
  if (reads(bytes, packet, "OpusHead")) return "opus";
  if (reads(bytes, packet, "\x7fFLAC")) return "flac";
  return reads(bytes, packet, "\x01vorbis") ? "vorbis" : undefined;
}

/** Whether a file of Ogg ends within a page, or before the page that is marked as the last. */
export function isCutOgg(bytes: Uint8Array): boolean {
  let isLast = false;
  let at = 0;
  while (reads(bytes, at, "OggS")) {
    isLast = (bytes[at + 5] & LAST_PAGE) > 0;
    const segments = bytes.subarray(at + OGG_HEADER, at + OGG_HEADER + bytes[at + OGG_HEADER - 1]);
    at += OGG_HEADER + segments.reduce((sum, length) => sum + length, segments.length);
    if (at > bytes.length) return true;
  }
  return at > 0 && !isLast;
}

/** How many samples of a channel a file of FLAC says that it has; 0 where it does not say. */
export function flacSamples(bytes: Uint8Array): number {
  // The marker, a block header of 4 bytes, and within STREAMINFO (RFC 9639) 36 bits behind 108.
  if (!reads(bytes, 0, "fLaC") || bytes.length < 26) return 0;
  const [high, ...low] = bytes.subarray(21, 26);
  return low.reduce((so, byte) => so * 256 + byte, high & 15);
}

function reads(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}
