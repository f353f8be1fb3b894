// Files of other libraries' forms, over vocabularies that are learned from a few sentences.
import { BYTE_CHARACTERS } from "../src/data/tokenizers/byte-characters.ts";
import { byteToken } from "../src/data/tokenizers/pipeline/byte-tokens.ts";
import { type Learned, learn, piecesOf, unigramOf } from "./learned-pairs.ts";

const TEXT =
  "The quick brown fox doesn't jump over 13 lazy dogs. It was the best of times, it was the worst of times; naïve café " +
  "résumés cost 1,250 euros! Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. «Все счастливые семьи похожи»";
const UNSEEN =
  "Foxes & dogs quarrel; 42 times, 😀 über 7 seas (never worst). e\u0301te\u0301 ﬁne ½ Ⅷ 中文 текст\tend\n two  spaces ";

const words = TEXT.split(" ");
const ofBytes = (text: string) =>
  Array.from(new TextEncoder().encode(text), (byte) => BYTE_CHARACTERS[byte]).join("");
const byteWords = words.map((word) => ofBytes(` ${word}`));
const bpe = (learned: Learned, more: object = {}) => ({
  type: "BPE",
  dropout: null,
  unk_token: null,
  fuse_unk: false,
  ...learned,
  ...more,
});
const byteBpe = bpe(learn(byteWords, 80, BYTE_CHARACTERS));
const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false };
/** An added token. */
export const special = (id: number, content: string, more: object = {}) => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
  ...more,
});
const llamaTokens = ["<unk>", "<s>", "</s>", ...Array.from({ length: 256 }, (_, byte) => byteToken(byte))];
const llama = bpe(
  learn(
    words.map((word) => `▁${word}`),
    60,
    llamaTokens,
  ),
  { unk_token: "<unk>", fuse_unk: true, byte_fallback: true },
);
const sequenceOf = (type: "normalizers" | "pretokenizers" | "decoders", ...steps: object[]) => ({
  type: "Sequence",
  [type]: steps,
});
export const wordVocabulary = (list: readonly string[]) =>
  Object.fromEntries(["[UNK]", ...new Set(list)].map((token, id) => [token, id]));
const ascii = (text: string) => text.replace(/[^ -~\t\n]/g, "");

/** Files by whose they are like, and what to encode where Hugging Face's JavaScript follows its own Rust. */
export const tokenizerForms: Readonly<Record<string, readonly [json: object, ...texts: string[]]>> = {
  "Llama 2's": [
    {
      normalizer: sequenceOf(
        "normalizers",
        { type: "Prepend", prepend: "▁" },
        { type: "Replace", pattern: { String: " " }, content: "▁" },
      ),
      pre_tokenizer: null,
      decoder: sequenceOf(
        "decoders",
        { type: "Replace", pattern: { String: "▁" }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
        { type: "Strip", content: " ", start: 1, stop: 0 },
      ),
      model: llama,
      added_tokens: [special(0, "<unk>"), special(1, "<s>"), special(2, "</s>")],
    },
    TEXT,
    UNSEEN,
    "<s> The fox<s>",
  ],
  "BERT's": [
    {
      normalizer: {
        type: "BertNormalizer",
        clean_text: true,
        handle_chinese_chars: true,
        strip_accents: null,
        lowercase: true,
      },
      pre_tokenizer: { type: "BertPreTokenizer" },
      post_processor: {
        type: "TemplateProcessing",
        single: [{ Sequence: { id: "A", type_id: 0 } }],
        pair: [],
        special_tokens: {},
      },
      decoder: { type: "WordPiece", prefix: "##", cleanup: true },
      model: {
        type: "WordPiece",
        unk_token: "[UNK]",
        continuing_subword_prefix: "##",
        max_input_chars_per_word: 100,
        vocab: piecesOf(words, "##"),
      },
      added_tokens: [special(0, "[UNK]")],
    },
    TEXT,
    UNSEEN,
    `[UNK] Quick-brown ${"a".repeat(101)} \u0000tab\u200bs`,
  ],
  "a unigram model's": [
    {
      normalizer: { type: "NFKC" },
      pre_tokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true },
      decoder: { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true },
      model: unigramOf(words),
    },
    TEXT,
    UNSEEN,
    "😀😀 fox",
  ],
  "CLIP's": [
    {
      normalizer: sequenceOf(
        "normalizers",
        { type: "NFC" },
        { type: "Replace", pattern: { Regex: "\\s+" }, content: " " },
        { type: "Lowercase" },
      ),
      pre_tokenizer: sequenceOf(
        "pretokenizers",
        {
          type: "Split",
          pattern: { Regex: "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+" },
          behavior: "Removed",
          invert: true,
        },
        byteLevel,
      ),
      decoder: { type: "ByteLevel" },
      model: bpe(
        learn(
          words.map((word) => ofBytes(word.toLowerCase())),
          60,
          BYTE_CHARACTERS.flatMap((each) => [each, `${each}</w>`]),
          "</w>",
        ),
        { end_of_word_suffix: "</w>" },
      ),
    },
    TEXT,
    UNSEEN,
  ],
  "Qwen 2's": [
    {
      normalizer: { type: "NFC" },
      pre_tokenizer: sequenceOf(
        "pretokenizers",
        {
          type: "Split",
          pattern: {
            Regex:
              "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
          },
          behavior: "Isolated",
          invert: false,
        },
        byteLevel,
      ),
      decoder: { type: "ByteLevel" },
      model: byteBpe,
    },
    TEXT,
    UNSEEN,
    "cafe\u0301 e\u0301\u0323 \u1112\u1161\u11ab",
  ],
  "one that splits again and again, as DeepSeek's": [
    {
      normalizer: null,
      pre_tokenizer: sequenceOf(
        "pretokenizers",
        { type: "Split", pattern: { Regex: "[\\r\\n]" }, behavior: "Isolated", invert: false },
        { type: "Split", pattern: { Regex: "\\s?\\p{L}+" }, behavior: "Isolated", invert: false },
        { type: "Split", pattern: { Regex: "\\s?\\p{P}+" }, behavior: "Isolated", invert: false },
        { type: "Digits", individual_digits: true },
        byteLevel,
      ),
      decoder: { type: "ByteLevel" },
      model: byteBpe,
    },
    TEXT,
    "Foxes; 42 times, 😀 never\nworst.\n",
  ],
  "one with a space put in front": [
    {
      pre_tokenizer: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
      decoder: { type: "ByteLevel" },
      model: byteBpe,
      normalizer: { type: "NFKD" },
      added_tokens: [special(Object.keys(byteBpe.vocab).length, "<mask>", { lstrip: true })],
    },
    TEXT,
    UNSEEN,
    "fox <mask>fox",
  ],
  "one of words and signs": [
    {
      normalizer: sequenceOf(
        "normalizers",
        { type: "NFD" },
        { type: "StripAccents" },
        { type: "Lowercase" },
        { type: "Strip", strip_left: true, strip_right: true },
      ),
      pre_tokenizer: { type: "Whitespace" },
      decoder: null,
      model: bpe(learn(ascii(TEXT).toLowerCase().split(" "), 40, ["[UNK]"]), {
        unk_token: "[UNK]",
        fuse_unk: true,
      }),
    },
    ascii(TEXT),
    ascii(UNSEEN),
  ],
  "one of white space, punctuation and digits": [
    {
      normalizer: { type: "Replace", pattern: { Regex: "[;:]" }, content: "," },
      pre_tokenizer: sequenceOf(
        "pretokenizers",
        { type: "WhitespaceSplit" },
        { type: "Punctuation" },
        { type: "Digits", individual_digits: false },
      ),
      decoder: { type: "BPEDecoder", suffix: "</w>" },
      model: bpe(learn(words, 40, ["[UNK]"], "</w>"), { unk_token: "[UNK]", end_of_word_suffix: "</w>" }),
    },
    TEXT,
    "Foxes, 42 times; x7y never.",
  ],
  "wav2vec's": [
    {
      normalizer: { type: "Lowercase" },
      pre_tokenizer: sequenceOf(
        "pretokenizers",
        { type: "Split", pattern: { String: "" + " " }, behavior: "Isolated", invert: false },
        { type: "FixedLength", length: 1 },
      ),
      decoder: { type: "CTC", pad_token: "<pad>", word_delimiter_token: "|", cleanup: true },
      model: bpe(
        {
          vocab: Object.fromEntries(
            ["<pad>", "|", "[UNK]", ..."abcdefghijklmnopqrstuvwxyz'"].map((token, id) => [token, id]),
          ),
          merges: [],
        },
        { unk_token: "[UNK]" },
      ),
    },
    "The fox",
  ],
};

/** A whole file. */
export const fileOf = (form: object) =>
  JSON.parse(
    JSON.stringify({
      version: "1.0",
      truncation: null,
      padding: null,
      added_tokens: [],
      post_processor: null,
      ...form,
    }),
  );
