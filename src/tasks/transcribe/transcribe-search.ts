// How texts are found in what a network says: by the best path, or by a beam with what is known of words.
import { openPlace } from "#platform";
import { textOf } from "../../data/tables/data-source.ts";
import { readArpa } from "../../decoding/ngram/read-arpa.ts";
import type { PrefixScorer } from "../../decoding/prefix-scorer.ts";
import { hotWords } from "../../decoding/scorers/hot-words.ts";
import { wordScorer } from "../../decoding/scorers/word-scorer.ts";
import { UnrolledError } from "../../errors.ts";
import { inFile } from "../../models/folder-files.ts";
import type { Device } from "../../tensor/device.ts";
import { languageModelParts } from "../language/folder/read-language-folder.ts";
import { LanguageModel } from "../language/model/language-model.ts";
import { textScorer } from "../language/model/text-scorer.ts";
import type { TranscribeDecoding } from "./transcribe-options.ts";
import type { TranscribeReader } from "./transcribe-reading.ts";

/** A beam where something is known of words and none is said. */
const BEAM = 32;

/** How texts are found, ready. */
export interface Search {
  /** 0: the best path. */
  readonly beamWidth: number;
  /** Texts of one sound, at most. */
  readonly nBest: number;
  readonly scorers: readonly PrefixScorer[];
}

/** The search of nothing but the network. */
export const BEST_PATH: Search = { beamWidth: 0, nBest: 1, scorers: [] };

/** Whether anything is known of words. */
export function knowsWords({ lm, lexicon, hotWords, wordBonus }: TranscribeDecoding): boolean {
  return lm !== null || lexicon !== null || hotWords.length > 0 || wordBonus !== 0;
}

/**
 * Reads what is known of words. Words of files are taken in lower case if the recogniser's are.
 *
 * @throws UnrolledError that names the file that is not as it should be; "invalid-argument" for words that the recogniser cannot write, and
 * for a beam of 0, the best path, where it would not be asked
 */
export async function searchOf(
  decoding: TranscribeDecoding,
  { tokens, isLowercase }: Pick<TranscribeReader, "tokens" | "isLowercase">,
  device: Device,
  nBest = 1,
): Promise<Search> {
  const { beam, lm, lmWeight, wordBonus, lexicon, hotWords: hot, hotWordBonus: bonus } = decoding;
  if (beam === 0 && (knowsWords(decoding) || nBest > 1))
    throw refusal(
      "beam",
      "0, the best path",
      "at least 1, to ask what is known of words or for alternatives",
    );
  const cased = (text: string) => (isLowercase ? text.toLowerCase() : text);
  const characters = new Set(tokens.join(""));
  const isWritten = (words: string) => [...words].every((each) => each === " " || characters.has(each));
  const scorers: PrefixScorer[] = [];
  const letters = lm === null ? undefined : await languageModelIn(lm, device);
  if (letters) scorers.push(textScorer(letters, { tokens, weight: lmWeight }));
  const arpa = letters ? null : lm;
  if (arpa !== null || lexicon !== null || wordBonus !== 0)
    scorers.push(
      wordScorer({
        tokens,
        languageWeight: lmWeight,
        wordBonus,
        ...(arpa === null ? {} : { languageModel: inFile(arpa, readArpa, cased(await whole(arpa))) }),
        ...(lexicon === null ? {} : { lexicon: await lexiconIn(lexicon, cased, isWritten) }),
      }) as PrefixScorer,
    );
  if (hot.length > 0) {
    const words = hot.map(cased);
    const odd = words.find((each) => !isWritten(each));
    if (odd !== undefined)
      throw refusal("hotWords", JSON.stringify(odd), "words in the characters that the recogniser writes");
    scorers.push(hotWords({ tokens, words, bonus }) as PrefixScorer);
  }
  return { beamWidth: beam ?? (scorers.length > 0 || nBest > 1 ? BEAM : 0), nBest, scorers };
}

/** The language model of characters in a folder, if there is one. */
async function languageModelIn(folder: string, device: Device): Promise<LanguageModel | undefined> {
  const found = await openPlace("transcribe", `${folder}/config.json`).catch(() => undefined);
  if (!found) return undefined;
  try {
    return new LanguageModel(await languageModelParts(device, found.read, { weights: "float32" }));
  } catch (error) {
    throw error instanceof UnrolledError ? error.within({ place: folder }) : error;
  }
}

async function lexiconIn(
  file: string,
  cased: (text: string) => string,
  isWritten: (word: string) => boolean,
): Promise<string[]> {
  const words = wordsOf(cased(await whole(file)));
  if (words.some(isWritten)) return words;
  throw refusal(
    "lexicon",
    `${file} with ${words.length} ${words.length === 1 ? "word" : "words"}`,
    "at least one in the characters that the recogniser writes",
  );
}

function refusal(option: string, got: string, needed: string): UnrolledError {
  return new UnrolledError("invalid-argument", { call: "transcribe", subject: [{ option }], got, needed });
}

async function whole(file: string): Promise<string> {
  let text = "";
  for await (const piece of textOf(file)) text += piece;
  return text;
}

/** The first word of each line, without the number of a further pronunciation, as dictionaries of Sphinx have them: "A(2)  EY". */
function wordsOf(text: string): string[] {
  const words = text.split(/\r?\n/).map((line) =>
    line
      .trim()
      .split(/\s+/)[0]
      .replace(/\(\d+\)$/, ""),
  );
  return [...new Set(words.filter((word) => word !== "" && !word.startsWith("#")))];
}
