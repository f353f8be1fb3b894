import { UnrolledError } from "../errors.ts";

/** Deflate's longest copy, 258 bytes, takes at least two bits. */
const MAX_GROWTH = 1032;
/** So small that what a piece grows to, before it is counted, is a few megabytes. */
const PIECE_BYTES = 4096;

/**
 * Bytes compressed by deflate without a header (RFC 1951), of a length that is known and not to be exceeded.
 *
 * @param invalid makes the error that says what is wrong with them
 * @throws what `invalid` makes; UnrolledError "unsupported-backend" where the engine cannot decompress
 */
export async function inflateRaw(
  compressed: Uint8Array,
  length: number,
  invalid: (problem: string) => UnrolledError,
): Promise<Uint8Array> {
  if (length > MAX_GROWTH * compressed.length)
    throw invalid(`is said to have ${length} bytes, more than ${compressed.length} can be decompressed to`);
  const pieces = piecesOf(compressed).pipeThrough(decompression());
  const bytes = new Uint8Array(length);
  const reader = pieces.getReader();
  let position = 0;
  while (true) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw invalid(`cannot be decompressed: ${error instanceof Error ? error.message : error}`);
    });
    if (done) break;
    if (position + value.length > length) {
      // Whoever stops reading also has to say so, or what comes would be kept for ever.
      await reader.cancel().catch(() => undefined);
      throw invalid(`decompresses to more than the ${length} bytes it is said to have`);
    }
    bytes.set(value, position);
    position += value.length;
  }
  if (position < length) throw invalid(`decompresses to ${position} bytes, but is said to have ${length}`);
  return bytes;
}

function piecesOf(bytes: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> {
  let position = 0;
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (position >= bytes.length) controller.close();
      else controller.enqueue(Uint8Array.from(bytes.subarray(position, position + PIECE_BYTES)));
      position += PIECE_BYTES;
    },
  });
}

function decompression(): DecompressionStream {
  try {
    return new DecompressionStream("deflate-raw");
  } catch {
    throw new UnrolledError("unsupported-backend", {
      call: "inflateRaw",
      problem:
        'this JavaScript engine has no DecompressionStream for "deflate-raw", which compressed zip files need; Node.js has it from 20.12 on',
    });
  }
}
