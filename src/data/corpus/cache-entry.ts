import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { PreparedCorpus, TokenFileRef } from "../token-file-ref.ts";
import { readChecked, writeChecked } from "./atomic-file.ts";
import { isIntact } from "./hashed-file.ts";
import type { EncodedFile } from "./token-encoder.ts";

/** The files of a corpus in the cache: `train.tokens`, `train.tokens.documents`, the same for `validation`, and what is known of them. */
export interface EntryContent {
  readonly tokenizerJson: unknown;
  readonly train: EncodedFile;
  readonly validation: EncodedFile | null;
}

const DAY_MS = 86_400_000;

/** Writes what is known of the token files into the folder that holds them, which makes it an entry. */
export function describeEntry(folder: string, content: EntryContent): void {
  writeChecked(join(folder, "entry.json"), content);
}

/**
 * The entry in a folder; undefined if there is none, or if one of its files is not what was written.
 *
 * @param hash the entry's key
 */
export async function openEntry(
  folder: string,
  hash: string,
): Promise<Omit<PreparedCorpus, "wasCached"> | undefined> {
  const content = readChecked(join(folder, "entry.json")) as EntryContent | undefined;
  if (!content) return undefined;
  const { train, validation } = content;
  for (const [name, file] of Object.entries({ train, validation })) {
    if (!file) continue;
    const path = join(folder, `${name}.tokens`);
    if (!(await isIntact(path, file.tokens))) return undefined;
    if (file.documentStarts && !(await isIntact(`${path}.documents`, file.documentStarts))) return undefined;
  }
  return entryAt(folder, hash, content);
}

/** What an entry gives, once it is in its place. */
export function entryAt(
  folder: string,
  hash: string,
  { tokenizerJson, train, validation }: EntryContent,
): Omit<PreparedCorpus, "wasCached"> {
  const refOf = (name: string, { tokens: _, documentStarts, ...known }: EncodedFile): TokenFileRef => {
    const path = join(folder, `${name}.tokens`);
    return { path, documentStartsPath: documentStarts ? `${path}.documents` : null, ...known };
  };
  return {
    tokenizerJson,
    train: refOf("train", train),
    validation: validation && refOf("validation", validation),
    hash,
  };
}

/** Gives a finished folder its place in the cache. A damaged entry there makes room; a sound one, made meanwhile by another process, stays. */
export async function publishEntry(folder: string, place: string, hash: string): Promise<void> {
  for (;;) {
    try {
      renameSync(folder, place);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ENOTEMPTY" && code !== "EEXIST" && code !== "EPERM") throw error;
      if (!existsSync(place)) throw error;
    }
    if (await openEntry(place, hash)) {
      rmSync(folder, { recursive: true });
      return;
    }
    discard(place, `${folder}-damaged`);
  }
}

/** Moves a damaged entry away and removes it. */
function discard(place: string, aside: string): void {
  try {
    renameSync(place, aside);
  } catch (error) {
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  rmSync(aside, { recursive: true, force: true });
}

/** Removes what processes that were killed left behind: temporary folders that nobody has touched for a day. */
export function removeLeftovers(cacheFolder: string, prefix: string): void {
  for (const name of readdirSync(cacheFolder).filter((name) => name.startsWith(prefix))) {
    const path = join(cacheFolder, name);
    const found = statSync(path, { throwIfNoEntry: false });
    if (found && Date.now() - found.mtimeMs > DAY_MS) rmSync(path, { recursive: true, force: true });
  }
}
