import { BYTE_CHARACTERS } from "../byte-characters.ts";
import { field, invalidTokenizer, shown } from "../json-fields.ts";
import { GPT2_RULES } from "../pre-token-patterns.ts";
import { forEachPreToken } from "../pre-tokens.ts";
import { patternOf } from "./oniguruma-pattern.ts";
import { behaviourOf, type SplitBehaviour, splitAt } from "./split.ts";

/** How a normalised text is cut into what a model takes one by one. */
export interface PreTokeniser {
  /** @param isFirst whether the text begins there, and not behind an added token */
  split(text: string, isFirst: boolean): string[];
  /** Whether it parts at white space whatever stands around it. */
  readonly partsAtSpace: boolean;
  /** Whether the parts are spelled in the characters of bytes. */
  readonly isOfBytes: boolean;
}

const ASCII_PUNCTUATION = "!-\\/:-@\\[-`\\{-~";
const PUNCTUATION = new RegExp(`[${ASCII_PUNCTUATION}\\p{P}]`, "gu");
const NUMBER = /\p{N}/gu;
const SPACES = /\p{White_Space}/gu;
const WORDS =
  /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu;

const plain = (split: (text: string) => string[], partsAtSpace = false): PreTokeniser => ({
  split,
  partsAtSpace,
  isOfBytes: false,
});

const READERS: Readonly<Record<string, (json: unknown, path: string) => PreTokeniser>> = {
  Whitespace: () => plain((text) => text.match(WORDS) ?? [], true),
  WhitespaceSplit: () => plain((text) => splitAt(text, SPACES, "Removed"), true),
  BertPreTokenizer: () =>
    plain(
      (text) => splitAt(text, SPACES, "Removed").flatMap((part) => splitAt(part, PUNCTUATION, "Isolated")),
      true,
    ),
  Punctuation: (json, path) => {
    const behaviour = behaviourOf(field(json, "behavior") ?? "Isolated", `${path}.behavior`);
    return plain((text) => splitAt(text, PUNCTUATION, behaviour));
  },
  Digits: (json) => {
    const behaviour: SplitBehaviour = field(json, "individual_digits") === true ? "Isolated" : "Contiguous";
    return plain((text) => splitAt(text, NUMBER, behaviour));
  },
  CharDelimiterSplit: (json, path) => {
    const pattern = patternOf({ String: field(json, "delimiter") }, `${path}.delimiter`);
    return plain((text) => splitAt(text, pattern, "Removed"));
  },
  FixedLength: (json, path) => {
    const length = field(json, "length") ?? 5;
    if (typeof length !== "number" || !Number.isInteger(length) || length < 1)
      throw invalidTokenizer(`${path}.length is ${shown(length)}, needed a whole number from 1`);
    return plain((text) => {
      const characters = [...text];
      return Array.from({ length: Math.ceil(characters.length / length) }, (_, part) =>
        characters.slice(part * length, (part + 1) * length).join(""),
      );
    });
  },
  Split: (json, path) => {
    const pattern = patternOf(field(json, "pattern"), `${path}.pattern`);
    const behaviour = behaviourOf(field(json, "behavior"), `${path}.behavior`);
    const invert = field(json, "invert") === true;
    return plain((text) => splitAt(text, pattern, behaviour, invert));
  },
  Metaspace: (json, path) => {
    const { mark, scheme } = metaspaceOf(json, path);
    const splits = field(json, "split") !== false;
    const marks = patternOf({ String: mark }, path);
    return {
      split(text, isFirst) {
        const marked = text.replaceAll(" ", mark);
        const isPrefixed =
          (scheme === "always" || (scheme === "first" && isFirst)) && !marked.startsWith(mark);
        const whole = isPrefixed ? mark + marked : marked;
        return splits ? splitAt(whole, marks, "MergedWithNext") : [whole];
      },
      partsAtSpace: false,
      isOfBytes: false,
    };
  },
  ByteLevel: (json) => {
    const encoder = new TextEncoder();
    const adds = field(json, "add_prefix_space") !== false;
    const usesOwn = field(json, "use_regex") !== false;
    return {
      split(text) {
        const whole = adds && !text.startsWith(" ") ? ` ${text}` : text;
        const parts: string[] = [];
        if (usesOwn) forEachPreToken(GPT2_RULES, whole, (part) => parts.push(part));
        else parts.push(whole);
        return parts.map((part) =>
          Array.from(encoder.encode(part), (byte) => BYTE_CHARACTERS[byte]).join(""),
        );
      },
      partsAtSpace: false,
      isOfBytes: true,
    };
  },
  Sequence: (json, path) => {
    const list = field(json, "pretokenizers");
    if (!Array.isArray(list))
      throw invalidTokenizer(`${path}.pretokenizers is ${shown(list)}, needed a list`);
    const steps = list.map((each, index) => preTokeniserOf(each, `${path}.pretokenizers[${index}]`));
    return {
      split: (text, isFirst) =>
        steps.reduce(
          (parts, step) => parts.flatMap((part, at) => step.split(part, isFirst && at === 0)),
          [text],
        ),
      partsAtSpace: steps[0]?.partsAtSpace ?? false,
      isOfBytes: steps.some(({ isOfBytes }) => isOfBytes),
    };
  },
};

/** The character that stands for a space, and when it is put in front of a text. Earlier files say `add_prefix_space`. */
export function metaspaceOf(json: unknown, path: string): { readonly mark: string; readonly scheme: string } {
  const mark = field(json, "replacement") ?? "\u2581";
  if (typeof mark !== "string" || [...mark].length !== 1)
    throw invalidTokenizer(`${path}.replacement is ${shown(mark)}, needed a character`);
  const byDefault = field(json, "add_prefix_space") === false ? "never" : "always";
  const scheme = field(json, "prepend_scheme") ?? byDefault;
  if (scheme !== "always" && scheme !== "never" && scheme !== "first")
    throw invalidTokenizer(`${path}.prepend_scheme is ${shown(scheme)}, needed "always", "never" or "first"`);
  return { mark, scheme };
}

/**
 * The pre-tokeniser that a `tokenizer.json` describes; null leaves a text in one piece.
 *
 * @throws UnrolledError "invalid-file" that names what is not read
 */
export function preTokeniserOf(json: unknown, path = "pre_tokenizer"): PreTokeniser {
  if (json === null || json === undefined) return plain((text) => [text]);
  const type = field(json, "type");
  const read = typeof type === "string" && Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (read) return read(json, path);
  throw invalidTokenizer(
    `${path} is of type ${shown(type)}, which is not read; those that are read are ${Object.keys(READERS).join(", ")}`,
  );
}
