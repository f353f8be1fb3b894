// Word n-gram models in the ARPA format, as SRILM, KenLM and CMU's toolkit write them: after \data\ a line "ngram n=count" for each length
// n, then for each a section \n-grams: of lines "log₁₀ p, words, log₁₀ back-off weight", separated by white space, and \end\.
import { UnrolledError } from "../../errors.ts";
import { shown } from "../../formats/shown.ts";
import { type Ngram, NgramModel } from "./ngram-model.ts";

const CALL = "readArpa";
/** Longer n-grams than anybody has counted. */
const MOST_WORDS = 20;

/**
 * Reads a word n-gram model. What stands before \data\ is a comment.
 *
 * @param file the text of an ARPA file, or its bytes as UTF-8
 * @throws UnrolledError "invalid-file" with the line that is wrong: sections that are missing or do not have as many n-grams as was said,
 * what is no number, an n-gram that comes twice or whose first words are none
 */
export function readArpa(file: string | Uint8Array): NgramModel {
  const lines = new Lines(file);
  const counts = readCounts(lines);
  const orders = counts.map((count, index) =>
    readSection(lines, index + 1, count, index + 1 === counts.length),
  );
  lines.expect("\\end\\");
  try {
    return new NgramModel(orders);
  } catch (error) {
    throw lines.invalid(error instanceof Error ? error.message : String(error));
  }
}

function readCounts(lines: Lines): number[] {
  while (lines.next() !== "\\data\\") if (lines.isOver) throw lines.invalid("no line is \\data\\");
  const counts: number[] = [];
  for (;;) {
    const line = lines.nextFilled("a section \\1-grams:");
    const [, order, count] = /^ngram\s+(\d+)\s*=\s*(\d+)$/.exec(line) ?? [];
    if (order === undefined) break;
    if (Number(order) !== counts.length + 1 || counts.length === MOST_WORDS)
      throw lines.invalid(`needed the number of ${counts.length + 1}-grams, of at most ${MOST_WORDS}`);
    counts.push(Number(count));
  }
  if (counts.length === 0) throw lines.invalid('needed a line "ngram 1=" with a number of words');
  lines.back();
  return counts;
}

function readSection(lines: Lines, order: number, count: number, isLast: boolean): Ngram[] {
  lines.expect(`\\${order}-grams:`);
  const ngrams: Ngram[] = [];
  for (;;) {
    const line = lines.nextFilled("\\end\\");
    if (line.startsWith("\\") && /^\\(\d+-grams:|end\\)$/.test(line)) break;
    ngrams.push(readNgram(lines, line, order, isLast));
  }
  if (ngrams.length !== count)
    throw lines.invalid(`${ngrams.length} ${order}-grams were read, ${count} announced`);
  lines.back();
  return ngrams;
}

function readNgram(lines: Lines, line: string, order: number, isLast: boolean): Ngram {
  const fields = line.split(/\s+/);
  const hasBackoff = fields.length === order + 2;
  if (!hasBackoff && fields.length !== order + 1) {
    throw lines.invalid(
      `${fields.length} fields, needed a logarithm, ${order} words and maybe another logarithm`,
    );
  }
  const logProbability = naturalLog(lines, fields[0]);
  // SRILM writes −99 for "never", such as <s> within a sentence.
  const logBackoff = hasBackoff && !isLast ? naturalLog(lines, fields[order + 1]) : 0;
  return { words: fields.slice(1, order + 1), logProbability, logBackoff };
}

function naturalLog(lines: Lines, text: string): number {
  const value = /^[-+]?(\d|\.\d|inf)/i.test(text)
    ? Number(text.replace(/inf(inity)?$/i, "Infinity"))
    : Number.NaN;
  if (Number.isNaN(value) || value === Number.POSITIVE_INFINITY)
    throw lines.invalid(`${shown(text)} is no logarithm`);
  return value * Math.LN10;
}

/** A text's lines, one after another, with space around them taken away. */
class Lines {
  readonly #bytes: Uint8Array;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #begin = 0;
  #position = 0;
  #line = 0;

  constructor(file: string | Uint8Array) {
    this.#bytes = typeof file === "string" ? new TextEncoder().encode(file) : file;
  }

  get isOver(): boolean {
    return this.#position >= this.#bytes.length;
  }

  next(): string {
    this.#begin = this.#position;
    const found = this.#bytes.indexOf(10, this.#begin);
    const end = found < 0 ? this.#bytes.length : found;
    this.#position = end + 1;
    this.#line += 1;
    try {
      // A decoder refuses views of shared memory.
      return this.#decoder.decode(this.#bytes.slice(this.#begin, end)).trim();
    } catch {
      throw this.invalid("is no UTF-8");
    }
  }

  /** The next line that is not empty. */
  nextFilled(needed: string): string {
    for (;;) {
      if (this.isOver) throw this.invalid(`the file ends before ${needed}`);
      const line = this.next();
      if (line !== "") return line;
    }
  }

  /** Makes the last line the next one again. */
  back(): void {
    this.#position = this.#begin;
    this.#line -= 1;
  }

  expect(wanted: string): void {
    const line = this.nextFilled(wanted);
    if (line !== wanted) throw this.invalid(`${shown(line)} stands where ${wanted} is needed`);
  }

  invalid(problem: string): UnrolledError {
    return new UnrolledError("invalid-file", { call: CALL, place: `line ${this.#line}`, problem });
  }
}
