import { constants, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { SessionStore, StoredSession } from "../../server/session-store.ts";

const ENDING = ".session";
const HALF = ".half";
/** The version, in front of what is kept. */
const VERSION_BYTES = 8;

/**
 * Keeps sessions as files in a folder. Each is written beside its place, to the disk, and then renamed into it, so that it is there whole
 * or not at all, whenever the process ends.
 */
export function folderStore(folder: string): SessionStore {
  mkdirSync(folder, { recursive: true });
  // What a process that was killed has begun to write.
  for (const name of readdirSync(folder)) if (name.endsWith(HALF)) rmSync(join(folder, name));
  const place = (id: string) => join(folder, id + ENDING);
  const read = async (id: string): Promise<StoredSession | undefined> => {
    if (!existsSync(place(id))) return undefined;
    const bytes = new Uint8Array(await readFile(place(id)));
    const version = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    return { version, bytes: bytes.slice(VERSION_BYTES) };
  };
  return {
    isShared: false,
    read,
    version: async (id) => (await read(id))?.version,
    async write(id, { version, bytes }) {
      const half = place(id) + HALF;
      const heading = new Uint8Array(VERSION_BYTES);
      new DataView(heading.buffer).setBigUint64(0, BigInt(version), true);
      const file = await open(half, "w", 0o600);
      try {
        await file.writev([heading, bytes]);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(half, place(id));
      await syncFolder(folder);
      return true;
    },
    remove: (id) => rm(place(id), { force: true }),
  };
}

/** So that the new name is on the disk too, where systems can do that. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, constants.O_RDONLY);
    await handle.sync().finally(() => handle.close());
  } catch {
    // Windows opens no folders.
  }
}
