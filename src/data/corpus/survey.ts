import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { UnrolledError } from "../../errors.ts";
import { readChecked, sha256, writeChecked } from "./atomic-file.ts";
import { areSettled, type FileStamp, fileStamps, firstChanged } from "./file-stamp.ts";
import { type CorpusVisitor, type ReadOptions, readSource } from "./read-source.ts";
import type { SpooledSource } from "./spool.ts";

/** Texts up to so many units in so many pieces are kept in memory, so that they are read from their files once. */
const KEPT_UNITS = 16_000_000;
const KEPT_PIECES = 400_000;

/** What is known of sources once they have been read: their identity and their size. */
export interface Survey {
  /** SHA-256 of the contents, in hexadecimal digits. */
  readonly hash: string;
  /** UTF-16 code units of all documents, or bytes. */
  readonly units: number;
  readonly documents: number;
  /** Reads the documents again, from memory if they are small. */
  read(visitor: CorpusVisitor): Promise<void>;
  /** @throws UnrolledError "invalid-file" if a file is not what it was when the survey began */
  requireUnchanged(): Promise<void>;
}

type Remembered = Pick<Survey, "hash" | "units" | "documents"> & {
  readonly stamps: readonly FileStamp[];
  readonly readMs: number;
};

/**
 * Surveys sources. If all files have the stamps that they had when they were read before, what was found then is taken, and
 * nothing is read.
 *
 * @param folder of the cache, where surveys are remembered
 * @param watch is told of every piece that is read
 */
export async function surveySources(
  sources: readonly SpooledSource[],
  folder: string,
  options: Pick<ReadOptions, "chunkBytes" | "asBytes">,
  watch: (units: number) => void,
): Promise<Survey> {
  const files = sources.filter(({ isStream }) => !isStream);
  const stamps = await fileStamps(files);
  const key = sha256(
    JSON.stringify([
      options.asBytes,
      sources.map(({ path, format, field }) => [path === "-" ? path : resolve(path), format, field]),
    ]),
  );
  const path = join(folder, `${key}.json`);
  const requireUnchanged = async () => {
    const changed = firstChanged(stamps, await fileStamps(files));
    if (!changed) return;
    throw new UnrolledError("invalid-file", {
      call: "prepareCorpus",
      problem: `${changed.path} changed while it was read; run again`,
    });
  };
  const readFiles = async (visitor: CorpusVisitor) => {
    for (const source of sources) await readSource(source, visitor, options);
  };

  const canRemember = files.length === sources.length;
  const remembered = canRemember ? (readChecked(path) as Remembered | undefined) : undefined;
  if (
    remembered &&
    remembered.stamps.length === stamps.length &&
    !firstChanged(remembered.stamps, stamps) &&
    areSettled(stamps, remembered.readMs)
  ) {
    const { hash, units, documents } = remembered;
    return { hash, units, documents, read: readFiles, requireUnchanged };
  }

  const readMs = Date.now();
  const found = new Counter(watch);
  const hashes: unknown[] = [];
  for (const source of sources) {
    const hash = createHash("sha256");
    await readSource(source, found, { ...options, onRaw: (bytes) => hash.update(bytes) });
    const { format, isCompressed, field } = source;
    hashes.push([hash.digest("hex"), format, isCompressed, format === "json-lines" ? field : null]);
  }
  const { units, documents, kept } = found;
  const known = { hash: sha256(JSON.stringify(hashes)), units, documents };
  if (canRemember) {
    mkdirSync(folder, { recursive: true });
    writeChecked(path, { ...known, stamps, readMs } satisfies Remembered);
  }
  return { ...known, read: kept ? async (visitor) => replay(kept, visitor) : readFiles, requireUnchanged };
}

/** Counts what it is given, and keeps it as long as it is small: pieces, and null at the end of a document. */
class Counter implements CorpusVisitor {
  units = 0;
  documents = 0;
  kept: (string | Uint8Array | null)[] | undefined = [];
  readonly #watch: (units: number) => void;

  constructor(watch: (units: number) => void) {
    this.#watch = watch;
  }

  piece(text: string | Uint8Array): void {
    this.#watch(text.length);
    this.units += text.length;
    if (this.units > KEPT_UNITS || Number(this.kept?.length) > KEPT_PIECES) this.kept = undefined;
    this.kept?.push(text.slice());
  }

  endDocument(): void {
    this.documents += 1;
    this.kept?.push(null);
  }
}

function replay(kept: readonly (string | Uint8Array | null)[], visitor: CorpusVisitor): void {
  for (const piece of kept) {
    if (piece === null) visitor.endDocument();
    else visitor.piece(piece);
  }
}
