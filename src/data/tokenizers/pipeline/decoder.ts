// What makes tokens into text again. Each step takes tokens one by one, so that a text can be shown while it is generated.
import { BYTE_CHARACTERS, utf8Decoder } from "../byte-characters.ts";
import { field, invalidTokenizer, shown } from "../json-fields.ts";
import { byteOfToken } from "./byte-tokens.ts";
import { patternOf } from "./oniguruma-pattern.ts";
import { metaspaceOf } from "./pre-tokeniser.ts";

/** A step on its way through a row of tokens: what is certain after one more, and what was held back. */
export interface DecoderRun {
  push(token: string): string[];
  end(): string[];
}

/** One step of a decoder. */
interface Step {
  begin(): DecoderRun;
  /** Whether what it gives is one text, in pieces, and no tokens any more. */
  readonly fuses?: true;
  /** The same step where the text comes in pieces instead of tokens; if it is missing, it waits for the whole text. */
  readonly overPieces?: Step;
}

const byteOfCharacter = new Map(BYTE_CHARACTERS.map((character, byte) => [character, byte]));

/** A step that changes tokens one by one, knowing only whether one is the first. */
function each(change: (token: string, isFirst: boolean) => string): Step {
  return {
    begin() {
      let isFirst = true;
      return {
        push(token) {
          const changed = change(token, isFirst);
          isFirst = false;
          return [changed];
        },
        end: () => [],
      };
    },
  };
}

/** A step that has to know the whole text. */
function whole(change: (text: string) => string): Step {
  return {
    fuses: true,
    begin() {
      let text = "";
      return {
        push(token) {
          text += token;
          return [];
        },
        end: () => [change(text)],
      };
    },
  };
}

/** English as it is written: no space before a full stop, nor inside of contractions. */
function cleanedUp(text: string): string {
  return text
    .replaceAll(" .", ".")
    .replaceAll(" ?", "?")
    .replaceAll(" !", "!")
    .replaceAll(" ,", ",")
    .replaceAll(" ' ", "'")
    .replaceAll(" n't", "n't")
    .replaceAll(" 'm", "'m")
    .replaceAll(" do not", " don't")
    .replaceAll(" 's", "'s")
    .replaceAll(" 've", "'ve")
    .replaceAll(" 're", "'re");
}

const READERS: Readonly<Record<string, (json: unknown, path: string) => Step>> = {
  ByteLevel: () => ({
    fuses: true,
    begin() {
      const decoder = utf8Decoder();
      const encoder = new TextEncoder();
      return {
        push(token) {
          const bytes = Array.from(token, (character) => byteOfCharacter.get(character));
          const isOfBytes = bytes.every((byte) => byte !== undefined);
          const own = isOfBytes ? Uint8Array.from(bytes as number[]) : encoder.encode(token);
          return [decoder.decode(own, { stream: true })];
        },
        end: () => [decoder.decode()],
      };
    },
  }),
  WordPiece: (json, path) => {
    const prefix = textOf(json, "prefix", path, "##");
    const cleans = field(json, "cleanup") !== false;
    return each((token, isFirst) => {
      const goesOn = prefix !== "" && token.startsWith(prefix);
      const text = isFirst ? token : goesOn ? token.slice(prefix.length) : ` ${token}`;
      return cleans ? cleanedUp(text) : text;
    });
  },
  Metaspace: (json, path) => {
    const { mark, scheme } = metaspaceOf(json, path);
    // What was put in front of the text goes, and no more than that.
    return each((token, isFirst) => token.replaceAll(mark, isFirst && scheme !== "never" ? "" : " "));
  },
  BPEDecoder: (json, path) => {
    const suffix = textOf(json, "suffix", path, "</w>");
    return {
      begin() {
        let held: string | undefined;
        return {
          push(token) {
            const before = held;
            held = token;
            return before === undefined ? [] : [before.replaceAll(suffix, " ")];
          },
          end: () => (held === undefined ? [] : [held.replaceAll(suffix, "")]),
        };
      },
    };
  },
  CTC: (json, path) => {
    const pad = textOf(json, "pad_token", path, "<pad>");
    const delimiter = textOf(json, "word_delimiter_token", path, "|");
    const cleans = field(json, "cleanup") !== false;
    return {
      begin() {
        let before: string | undefined;
        return {
          push(token) {
            const isRepeated = token === before;
            before = token;
            if (isRepeated || token === pad) return [];
            return [cleans ? cleanedUp(token).replaceAll(delimiter, " ") : token];
          },
          end: () => [],
        };
      },
    };
  },
  ByteFallback: () => ({
    begin() {
      let bytes: number[] = [];
      const flush = (): string[] => {
        if (bytes.length === 0) return [];
        const run = Uint8Array.from(bytes);
        bytes = [];
        try {
          return [new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(run)];
        } catch {
          return Array.from(run, () => "\ufffd");
        }
      };
      return {
        push(token) {
          const byte = byteOfToken(token);
          if (byte === undefined) return [...flush(), token];
          bytes.push(byte);
          return [];
        },
        end: flush,
      };
    },
  }),
  Fuse: () => {
    const fused: Step = { ...each((token) => token), fuses: true };
    return { ...fused, overPieces: fused };
  },
  Strip: (json, path) => {
    const content = textOf(json, "content", path, " ");
    const [start, stop] = ["start", "stop"].map((name) => countOf(json, name, path));
    const step = each((token) => {
      let from = 0;
      let to = token.length;
      while (from < start && token[from] === content) from += 1;
      while (token.length - to < stop && to > from && token[to - 1] === content) to -= 1;
      return token.slice(from, to);
    });
    return stop > 0 ? step : { ...step, overPieces: stripStart(content, start) };
  },
  Replace: (json, path) => {
    const pattern = patternOf(field(json, "pattern"), `${path}.pattern`);
    const content = textOf(json, "content", path, "");
    return each((token) => token.replace(pattern, () => content));
  },
};

/** Takes at most `count` of a character off the beginning of a text. */
function stripStart(content: string, count: number): Step {
  return {
    fuses: true,
    begin() {
      let left = count;
      return {
        push(piece) {
          let from = 0;
          for (; left > 0 && piece[from] === content; from++) left -= 1;
          if (from < piece.length) left = 0;
          return [piece.slice(from)];
        },
        end: () => [],
      };
    },
  };
}

/** Spaces between tokens, where a file has no decoder. */
const spaced = each((token, isFirst) => (isFirst ? token : ` ${token}`));

/**
 * The decoder that a `tokenizer.json` describes; with null there is a space between tokens.
 *
 * @throws UnrolledError "invalid-file" that names what is not read
 */
export function decoderOf(json: unknown, path = "decoder"): () => DecoderRun {
  const steps = json === null || json === undefined ? [spaced] : stepsOf(json, path);
  // Behind what makes one text of all tokens, a step has that text before it.
  let isFused = false;
  const chain = steps.map((step) => {
    const own = isFused ? overWholeText(step) : step;
    isFused ||= step.fuses === true;
    return own;
  });
  return () => {
    const runs = chain.map((step) => step.begin());
    const through = (tokens: readonly string[], from: number): string[] =>
      runs.slice(from).reduce<string[]>((rest, run) => rest.flatMap((token) => run.push(token)), [...tokens]);
    return {
      push: (token) => through([token], 0),
      end: () => runs.flatMap((run, at) => through(run.end(), at + 1)),
    };
  };
}

function overWholeText(step: Step): Step {
  if (step.overPieces) return step.overPieces;
  return whole((text) => {
    const run = step.begin();
    return [...run.push(text), ...run.end()].join("");
  });
}

function stepsOf(json: unknown, path: string): Step[] {
  const type = field(json, "type");
  if (type === "Sequence") {
    const list = field(json, "decoders");
    if (!Array.isArray(list)) throw invalidTokenizer(`${path}.decoders is ${shown(list)}, needed a list`);
    return list.flatMap((entry, index) => stepsOf(entry, `${path}.decoders[${index}]`));
  }
  const read = typeof type === "string" && Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (read) return [read(json, path)];
  throw invalidTokenizer(
    `${path} is of type ${shown(type)}, which is not read; those that are read are ${Object.keys(READERS).join(", ")}, Sequence`,
  );
}

function textOf(json: unknown, name: string, path: string, byDefault: string): string {
  const value = field(json, name) ?? byDefault;
  if (typeof value === "string") return value;
  throw invalidTokenizer(`${path}.${name} is ${shown(value)}, needed a text`);
}

function countOf(json: unknown, name: string, path: string): number {
  const value = field(json, name) ?? 0;
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw invalidTokenizer(`${path}.${name} is ${shown(value)}, needed a whole number from 0`);
}
