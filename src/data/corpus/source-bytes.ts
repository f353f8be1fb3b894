import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { createGunzip } from "node:zlib";
import { UnrolledError } from "../../errors.ts";

/** A file of a corpus, as far as reading its bytes goes. */
export interface ByteSource {
  /** As it is named to people. */
  readonly path: string;
  /** Where the bytes are. */
  readonly file: string;
  readonly isCompressed: boolean;
}

/**
 * The bytes of a file in order, uncompressed. A chunk is valid until the next one is asked for.
 *
 * @param onRaw is called with the bytes as they stand in the file
 * @throws UnrolledError "missing-file"; "invalid-file" if it cannot be read or is no sound gzip file
 */
export async function* sourceBytes(
  source: ByteSource,
  chunkBytes: number,
  onRaw: (bytes: Uint8Array) => void = () => {},
): AsyncGenerator<Uint8Array, void, undefined> {
  if (!source.isCompressed) return yield* fileBytes(source, chunkBytes, onRaw);
  const gunzip = createGunzip({ chunkSize: Math.max(64, chunkBytes) });
  // The stream holds on to what it is given, so it is given copies.
  const copies = async function* () {
    for await (const bytes of fileBytes(source, chunkBytes, onRaw)) yield bytes.slice();
  };
  // What goes wrong reaches the loop below through the destroyed stream.
  pipeline(Readable.from(copies(), { objectMode: false }), gunzip, () => {});
  try {
    for await (const { buffer, byteOffset, length } of gunzip)
      yield new Uint8Array(buffer, byteOffset, length);
  } catch (error) {
    if (
      !(error instanceof Error && "errno" in error && (error as NodeJS.ErrnoException).code?.startsWith("Z_"))
    )
      throw error;
    throw new UnrolledError("invalid-file", {
      call: "prepareCorpus",
      problem: `${source.path} is no sound gzip file: ${error.message}`,
    });
  }
}

async function* fileBytes(
  { path, file }: ByteSource,
  chunkBytes: number,
  onRaw: (bytes: Uint8Array) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const failed = (error: NodeJS.ErrnoException) =>
    error.code === "ENOENT"
      ? new UnrolledError("missing-file", { call: "prepareCorpus", problem: `${path} does not exist` })
      : new UnrolledError("invalid-file", {
          call: "prepareCorpus",
          problem: `${path} cannot be read: ${error.message}`,
        });
  const orFailed = (body: () => number) => {
    try {
      return body();
    } catch (error) {
      throw failed(error as NodeJS.ErrnoException);
    }
  };
  const descriptor = orFailed(() => openSync(file, "r"));
  try {
    // As large as the file at most: of a hundred thousand small ones, a large buffer each would cost more than the reading.
    const { size } = fstatSync(descriptor);
    const buffer = new Uint8Array(size > 0 ? Math.min(size, chunkBytes) : chunkBytes);
    for (;;) {
      await takeTurns();
      const bytesRead = orFailed(() => readSync(descriptor, buffer));
      if (bytesRead === 0) return;
      const bytes = buffer.subarray(0, bytesRead);
      onRaw(bytes);
      yield bytes;
    }
  } finally {
    closeSync(descriptor);
  }
}

const TURN_MS = 20;
let turnEndsMs = 0;

/** Files are read at once, without a way through other threads for each; now and then whatever else waits has its turn. */
async function takeTurns(): Promise<void> {
  if (performance.now() < turnEndsMs) return;
  await setImmediate();
  turnEndsMs = performance.now() + TURN_MS;
}
