import { join, resolve } from "node:path";
import type { PreparedCorpus } from "../token-file-ref.ts";
import { openEntry } from "./cache-entry.ts";

/** The corpus with that hash, where `prepareCorpus` has kept it; undefined if it is not there, or damaged. */
export async function openCorpus(cacheFolder: string, hash: string): Promise<PreparedCorpus | undefined> {
  const found = await openEntry(join(resolve(cacheFolder), "corpora", hash), hash);
  return found && { ...found, wasCached: true };
}
