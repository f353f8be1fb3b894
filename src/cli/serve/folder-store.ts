import { constants, existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { open, readFile, rename, rm, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { SessionStore, StoredSession } from "../../server/session-store.ts";

const ENDING = ".session";
const HALF = ".half";
/** The version, in front of what is kept. */
const VERSION_BYTES = 8;
/** How often old files are looked for. */
const SWEEPS = 4;
const LONGEST_SWEEP_SECONDS = 3600;

/**
 * Keeps sessions as files in a folder. Each is written beside its place, to the disk, and then renamed into it, so that it is there whole
 * or not at all, whenever the process ends. One that was not used for `keepSeconds` is removed.
 */
export function folderStore(folder: string, keepSeconds: number): SessionStore {
  mkdirSync(folder, { recursive: true });
  // What a process that was killed has begun to write.
  for (const name of readdirSync(folder)) if (name.endsWith(HALF)) rmSync(join(folder, name));
  const place = (id: string) => join(folder, id + ENDING);
  const removeOld = () => {
    const longAgoMs = Date.now() - keepSeconds * 1000;
    for (const name of readdirSync(folder)) {
      const file = join(folder, name);
      const facts = name.endsWith(ENDING) ? statSync(file, { throwIfNoEntry: false }) : undefined;
      if (facts && facts.mtimeMs < longAgoMs) rmSync(file, { force: true });
    }
  };
  removeOld();
  const timer = setInterval(removeOld, Math.min(keepSeconds / SWEEPS, LONGEST_SWEEP_SECONDS) * 1000).unref();
  const read = async (id: string): Promise<StoredSession | undefined> => {
    if (!existsSync(place(id))) return undefined;
    const bytes = new Uint8Array(await readFile(place(id)));
    const now = new Date();
    await utimes(place(id), now, now);
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
    async close() {
      clearInterval(timer);
    },
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
