import type { Tokenizer, TokenizerKind } from "../tokenizers/tokenizer.ts";
import type { FreeBytes } from "./disk-space.ts";
import type { TextSource } from "./text-source.ts";

/** What a text becomes tokens by: a tokenizer, or how to train one. */
export type TokenizerChoice =
  | Tokenizer
  | { readonly kind: TokenizerKind; readonly vocabularySize?: number | undefined };

/** How far the preparation is: a share from 0 to 1, null where the whole is not known yet. */
export interface CorpusProgress {
  readonly stage: "reading" | "vocabulary" | "tokens";
  readonly units: number;
  readonly share: number | null;
}

export interface CorpusOptions {
  readonly sources: readonly TextSource[];
  /** What is held out to measure on, if it is not the last part of the sources. */
  readonly validation?: readonly TextSource[] | undefined;
  /** The share of the text, its last part, that is held out where no validation is given; 0: none. */
  readonly valFraction: number;
  readonly tokenizer: TokenizerChoice;
  /** Where token files are kept and found again. Made if it is not there. */
  readonly cacheFolder: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: CorpusProgress) => void) | undefined;
  /** What "-" reads; the process's standard input if not given. */
  readonly standardInput?: AsyncIterable<Uint8Array> | undefined;
  /** Bytes read at once; 1 MiB if not given. */
  readonly chunkBytes?: number | undefined;
  /** Free space of the cache's file system; what that says if not given. */
  readonly freeBytes?: FreeBytes | undefined;
}
