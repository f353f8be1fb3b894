/** All kinds, as the command line offers them. */
export const TOKENIZER_KINDS = ["char", "byte", "word", "whitespace", "bpe"] as const;

/**
 * What one token is: a character (a code point), a byte, a word, whatever white space parts in a text that is cut into tokens
 * already, or a run of bytes learned by byte pair encoding, or
 * another piece of a word from a file (`bpe`).
 */
export type TokenizerKind = (typeof TOKENIZER_KINDS)[number];

/** The entry for what the vocabulary lacks; it has id 0 in vocabularies of characters, words and tokens between white space. */
export const UNKNOWN_TOKEN = "<unk>";

/** The entry that ends a document, where a vocabulary has one. */
export const END_TOKEN = "<|endoftext|>";

/** Turns text into token ids, integers in [0, vocabularySize), and ids back into text. */
export interface Tokenizer {
  readonly kind: TokenizerKind;
  readonly vocabularySize: number;
  /** The id that stands for everything outside the vocabulary; null where nothing is outside (bytes). */
  readonly unknownId: number | null;
  /** The id of the token that ends a document, `<|endoftext|>`; null where the vocabulary has none. It has no text. */
  readonly endId: number | null;
  /** Whether `decode(encode(text))` is `text`, as long as no token is unknown. Words lose white space. */
  readonly lossless: boolean;
  encode(text: string): Int32Array;
  /**
   * The largest index at which an unfinished text can be cut now: whatever follows, the ids of what
   * stands before the cut and those of the rest are the ids of the whole. 0 if there is none. Of byte pairs, the
   * largest between pre-tokens.
   */
  lastCut(text: string): number;
  /** The text of whole ids. Bytes that are not UTF-8 become U+FFFD, unknown tokens `<unk>`, the end of a document "". */
  decode(ids: ArrayLike<number>): string;
  /** One token's text by itself, for people to read: a byte that is not printable ASCII is `<0xE2>`. */
  token(id: number): string;
  stream(): TokenStream;
  /** The content of a Hugging Face `tokenizer.json` that encodes to the same ids. */
  toJSON(): unknown;
}

/**
 * Decodes ids one by one as they are generated. The pieces joined equal `decode` of all ids.
 * What a token looks like can depend on those before it (half a UTF-8 character, the space between two
 * words), so push a prompt's ids too and drop the text that they return.
 */
export interface TokenStream {
  /** Text that is certain by now; "" while a character is incomplete. */
  push(id: number): string;
  /** What was held back: U+FFFD for a character that never became whole, else "". */
  end(): string;
}
