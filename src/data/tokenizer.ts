/** What one token is: a character (a code point), a byte, or a word. */
export type TokenizerKind = "char" | "byte" | "word";

/** The entry for what the vocabulary lacks; it has id 0 in character and word vocabularies. */
export const UNKNOWN_TOKEN = "<unk>";

/** Turns text into token ids, integers in [0, vocabularySize), and ids back into text. */
export interface Tokenizer {
  readonly kind: TokenizerKind;
  readonly vocabularySize: number;
  /** The id that stands for everything outside the vocabulary; null where nothing is outside (bytes). */
  readonly unknownId: number | null;
  /** Whether `decode(encode(text))` is `text`, as long as no token is unknown. Words lose white space. */
  readonly lossless: boolean;
  encode(text: string): Int32Array;
  /** The text of whole ids. Bytes that are no UTF-8 become U+FFFD, unknown tokens `<unk>`. */
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
