import { BYTE_CHARACTERS } from "../byte-characters.ts";
import { field, invalidTokenizer, shown } from "../json-fields.ts";
import { bertNormaliser } from "./bert-normaliser.ts";
import { patternOf } from "./oniguruma-pattern.ts";

/** What happens to a text before it is split. */
export interface Normaliser {
  apply(text: string): string;
  /** Whether what stands before white space becomes the same whatever stands behind it, and the other way round. */
  readonly isLocal: boolean;
}

const UNCHANGED: Normaliser = { apply: (text) => text, isLocal: true };
const SPACE = "\\p{White_Space}";

const local = (apply: (text: string) => string): Normaliser => ({ apply, isLocal: true });
const inUnicode = (form: "NFC" | "NFD" | "NFKC" | "NFKD") => () => local((text) => text.normalize(form));

const READERS: Readonly<Record<string, (json: unknown, path: string) => Normaliser>> = {
  NFC: inUnicode("NFC"),
  NFD: inUnicode("NFD"),
  NFKC: inUnicode("NFKC"),
  NFKD: inUnicode("NFKD"),
  Lowercase: () => local((text) => text.toLowerCase()),
  StripAccents: () => local((text) => text.replace(/\p{M}/gu, "")),
  BertNormalizer: (json) => local(bertNormaliser(json)),
  // What the machine translation of Moses' users takes away, and takes for a space.
  Nmt: () =>
    local((text) =>
      text
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it takes away
        .replace(/[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]/g, "")
        .replace(/[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]/g, " "),
    ),
  ByteLevel: () => {
    const encoder = new TextEncoder();
    return {
      apply: (text) => Array.from(encoder.encode(text), (byte) => BYTE_CHARACTERS[byte]).join(""),
      isLocal: false,
    };
  },
  Strip: (json) => {
    const ends = [
      field(json, "strip_left") === true ? `^${SPACE}+` : undefined,
      field(json, "strip_right") === true ? `${SPACE}+$` : undefined,
    ].filter((end) => end !== undefined);
    const pattern = new RegExp(ends.join("|"), "gu");
    return ends.length === 0 ? UNCHANGED : { apply: (text) => text.replace(pattern, ""), isLocal: false };
  },
  Prepend: (json, path) => {
    const given = field(json, "prepend");
    if (typeof given !== "string")
      throw invalidTokenizer(`${path}.prepend is ${shown(given)}, needed a text`);
    return { apply: (text) => (text === "" ? "" : given + text), isLocal: false };
  },
  Replace: (json, path) => {
    const pattern = patternOf(field(json, "pattern"), `${path}.pattern`);
    const content = field(json, "content");
    if (typeof content !== "string")
      throw invalidTokenizer(`${path}.content is ${shown(content)}, needed a text`);
    // A single character is replaced wherever it stands; a longer pattern may look at what is around it.
    const text = field(field(json, "pattern"), "String");
    const isLocal = typeof text === "string" && [...text].length === 1;
    return { apply: (whole) => whole.replace(pattern, () => content), isLocal };
  },
  Sequence: (json, path) => {
    const list = field(json, "normalizers");
    if (!Array.isArray(list)) throw invalidTokenizer(`${path}.normalizers is ${shown(list)}, needed a list`);
    const steps = list.map((each, index) => normaliserOf(each, `${path}.normalizers[${index}]`));
    return {
      apply: (text) => steps.reduce((done, step) => step.apply(done), text),
      isLocal: steps.every(({ isLocal }) => isLocal),
    };
  },
};

/**
 * The normaliser that a `tokenizer.json` describes; null leaves a text as it is.
 *
 * @throws UnrolledError "invalid-file" that names what is not read, as `Precompiled`, whose table is SentencePiece's own
 */
export function normaliserOf(json: unknown, path = "normalizer"): Normaliser {
  if (json === null || json === undefined) return UNCHANGED;
  const type = field(json, "type");
  const read = typeof type === "string" && Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (read) return read(json, path);
  throw invalidTokenizer(
    `${path} is of type ${shown(type)}, which is not read; those that are read are ${Object.keys(READERS).join(", ")}`,
  );
}
