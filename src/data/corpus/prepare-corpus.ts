import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { naming, UnrolledError } from "../../errors.ts";
import type { PreparedCorpus } from "../token-file-ref.ts";
import { sha256 } from "./atomic-file.ts";
import { entryAt, openEntry, publishEntry, removeLeftovers } from "./cache-entry.ts";
import type { CorpusOptions, CorpusProgress } from "./corpus-options.ts";
import { freeBytes, roomIn } from "./disk-space.ts";
import { encodeCorpus } from "./encode-corpus.ts";
import { spooled } from "./spool.ts";
import { type Survey, surveySources } from "./survey.ts";
import type { TextSource } from "./text-source.ts";

/** To be raised whenever a text becomes other tokens, or the files' format changes. */
const VERSION = 1;
const TEMPORARY = ".making-";
const CHUNK_BYTES = 1 << 20;

/**
 * Makes token files of texts that need not fit in memory, or finds them in the cache. The vocabulary is learned from the training
 * part alone. One document has the ids that its whole text has; of several each ends with the end token.
 *
 * The cache is found by what the files contain. They are not read again while path, size, dates and inode are those of the
 * last time; only a change within two seconds of the last reading, which stamps cannot tell, is looked for by reading.
 *
 * @throws UnrolledError what reading sources throws (`readSource`); "text-too-short" if nothing is left to train on or to hold
 * out; "disk-full"; "aborted" once `signal` is
 */
export async function prepareCorpus(options: CorpusOptions): Promise<PreparedCorpus> {
  const { sources, validation, valFraction, tokenizer, onProgress, signal } = options;
  const cacheFolder = resolve(options.cacheFolder);
  const requireRoom = roomIn(cacheFolder, options.freeBytes ?? freeBytes);
  if (!(valFraction >= 0 && valFraction < 1)) {
    throw new UnrolledError("invalid-argument", {
      call: "prepareCorpus",
      subject: "valFraction",
      got: `${valFraction}`,
      needed: "0 to below 1",
    });
  }
  const progress = (stage: CorpusProgress["stage"], total: number | null) => {
    let units = 0;
    return (more: number) => {
      if (signal?.aborted) throw new UnrolledError("aborted", { call: "prepareCorpus", problem: "aborted" });
      units += more;
      onProgress?.({ stage, units, share: total === null ? null : units / total });
    };
  };
  const temporary = openCache(cacheFolder);
  try {
    const watch = progress("reading", null);
    const standardInput = () => options.standardInput ?? process.stdin;
    const survey = async (of: readonly TextSource[], name: string): Promise<Survey> => {
      const folder = join(temporary, name);
      mkdirSync(folder);
      const reading = { chunkBytes: options.chunkBytes ?? CHUNK_BYTES, asBytes: tokenizer.kind === "byte" };
      const files = await spooled(of, folder, standardInput, requireRoom, watch);
      return surveySources(files, join(cacheFolder, "surveys"), reading, watch);
    };
    const train = await survey(sources, "train");
    const heldOut = validation && (await survey(validation, "validation"));
    const hash = keyOf(train, heldOut, options);
    const place = join(cacheFolder, "corpora", hash);
    const cached = await openEntry(place, hash);
    if (cached) return { ...cached, wasCached: true };

    const made = join(temporary, "entry");
    mkdirSync(made);
    const content = await encodeCorpus({
      train,
      heldOut,
      valFraction,
      tokenizer,
      folder: made,
      requireRoom,
      progress,
    });
    mkdirSync(join(cacheFolder, "corpora"), { recursive: true });
    await publishEntry(made, place, hash);
    return { ...entryAt(place, hash, content), wasCached: false };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function keyOf(
  train: Survey,
  heldOut: Survey | undefined,
  { valFraction, tokenizer }: Pick<CorpusOptions, "valFraction" | "tokenizer">,
): string {
  return sha256(
    JSON.stringify([
      VERSION,
      // Which characters are letters is up to the engine's tables.
      process.versions.unicode,
      train.hash,
      heldOut ? heldOut.hash : valFraction,
      "encode" in tokenizer
        ? ["given", sha256(JSON.stringify(tokenizer.toJSON()))]
        : ["learned", tokenizer.kind, tokenizer.vocabularySize ?? null],
    ]),
  );
}

/** Makes the cache's folder, and a temporary one in it. */
function openCache(cacheFolder: string): string {
  try {
    mkdirSync(cacheFolder, { recursive: true });
    removeLeftovers(cacheFolder, TEMPORARY);
    return mkdtempSync(join(cacheFolder, TEMPORARY));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UnrolledError("invalid-argument", {
      call: "prepareCorpus",
      problem: `the cache ${cacheFolder} cannot be written (${code})`,
      advice: naming`give ${{ option: "cacheFolder" }} another folder`,
    });
  }
}
