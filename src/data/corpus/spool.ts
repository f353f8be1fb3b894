import { createReadStream } from "node:fs";
import { join } from "node:path";
import { UnrolledError } from "../../errors.ts";
import type { RequireRoom } from "./disk-space.ts";
import { HashedFile } from "./hashed-file.ts";
import type { TextSource } from "./text-source.ts";

/** A source that can be read several times. */
export interface SpooledSource extends TextSource {
  /** Where its bytes are. */
  readonly file: string;
}

/**
 * Writes what can be read only once, standard input and pipes, into files of a folder.
 *
 * @param watch is told of every chunk
 */
export async function spooled(
  sources: readonly TextSource[],
  folder: string,
  standardInput: () => AsyncIterable<Uint8Array>,
  requireRoom: RequireRoom,
  watch: (bytes: number) => void,
): Promise<SpooledSource[]> {
  const found: SpooledSource[] = [];
  for (const [index, source] of sources.entries()) {
    if (!source.isStream) {
      found.push({ ...source, file: source.path });
      continue;
    }
    const file = join(folder, `stream-${index}`);
    const output = new HashedFile(file);
    let bytes = 0;
    try {
      for await (const chunk of source.path === "-" ? standardInput() : createReadStream(source.path)) {
        watch(chunk.length);
        bytes += chunk.length;
        // Tokens will take about as much as the text itself.
        requireRoom(chunk.length + bytes);
        output.write(chunk);
      }
    } catch (error) {
      if (error instanceof UnrolledError) throw error;
      throw new UnrolledError("invalid-file", {
        call: "prepareCorpus",
        problem: `${source.path} cannot be read: ${(error as Error).message}`,
      });
    } finally {
      output.abandon();
    }
    found.push({ ...source, file, path: source.path === "-" ? "standard input" : source.path });
  }
  return found;
}
