export interface CompressedBits {
  readonly gzipAlone: number;
  readonly brotliAlone: number;
  readonly brotliAfter: number;
}

/** Bits per character that compression programs need for a text, by itself and after another. */
export function compressedBits(learned: string, heldOut: string): Promise<CompressedBits>;
