/** Where tokens lie in a file, and what is known of them. Plain data, for a worker to be sent. */
export interface TokenFileRef {
  readonly path: string;
  readonly bytesPerToken: 1 | 2 | 4;
  /** N: tokens in the file. */
  readonly length: number;
  /** Code points of the text that the predicted tokens stand for, all but the first. */
  readonly characters: number;
  /** How many of the predicted tokens are unknown. */
  readonly unknownTokens: number;
  /** D: documents, each with its end token if there are several; 1 if the text to train on is one document. */
  readonly documents: number;
  /** The file with the starts of several documents, float64 [D]; null for one document, which starts at 0. */
  readonly documentStartsPath: string | null;
}

/** A corpus ready for training. Plain data, for a worker to be sent. */
export interface PreparedCorpus {
  /** The content of a `tokenizer.json`. */
  readonly tokenizerJson: unknown;
  readonly train: TokenFileRef;
  /** What is held out to measure on; null if nothing is. */
  readonly validation: TokenFileRef | null;
  /** SHA-256 of the contents, the tokenizer's settings and the split, in hexadecimal digits. */
  readonly hash: string;
  /** Whether all of it was in the cache. */
  readonly wasCached: boolean;
}
