import { BREAK, classAt, IDEOGRAPH, LETTER, MARK, NUMBER, SPACE, unitsAt } from "./character-classes.ts";
import { lastCharacterCut } from "./character-cut.ts";

/**
 * How byte pair encoding splits a text before it merges: words, numbers, runs of symbols and white space, nothing lost.
 * One family of regular expressions, GPT-2's (Radford et al. 2019) and its successors, in which a word may begin with
 * the space before it. They are read by hand: engines keep every character of a run to come back to and overflow
 * where a run has millions.
 */
export interface PreTokenRules {
  /** Whether 's 't 're 've 'm 'll 'd stand alone, and in which case. */
  readonly contractions: "none" | "lower case" | "any case";
  /** What a word may take in front of it: a space, or any one character but a letter, a digit or a line break. */
  readonly prefix: "space" | "any";
  /** Whether combining marks and joiners belong to the letter before them, or are symbols. */
  readonly marks: boolean;
  /** The most digits of one number. */
  readonly digits: number;
  /** Whether a number may take the space before it. */
  readonly spacedNumbers: boolean;
  /** Whether line breaks end white space, and follow symbols in one token. */
  readonly breaks: boolean;
}

/** Calls `visit` with every pre-token of a text in order; joined, they are the text. */
export function forEachPreToken(rules: PreTokenRules, text: string, visit: (token: string) => void): void {
  for (let index = 0; index < text.length; ) {
    const end = preTokenEnd(rules, text, index);
    visit(text.slice(index, end));
    index = end;
  }
}

/** The largest index at which a text that goes on after its end can be cut without changing its pre-tokens. */
export function lastPreTokenCut(rules: PreTokenRules, text: string): number {
  const limit = lastCharacterCut(text);
  // White space at the end is divided by what follows it.
  let spaces = limit;
  while (spaces > 0 && isSpace(classAt(text, spaces - 1))) spaces -= 1;
  let cut = sureBoundary(text, spaces, spaces < limit ? SPACE : LETTER);
  for (let start = cut; start < spaces; ) {
    const end = preTokenEnd(rules, text, start);
    if (end > limit || (end === limit && !isComplete(rules, text, start, end))) break;
    if (!isLastSpaceOfSeveral(rules, text, start, end)) cut = end;
    start = end;
  }
  return cut;
}

/**
 * The last place up to `limit` that parts pre-tokens whatever stands around it: after a letter or a digit, before
 * neither. `after` is the class of what follows the limit.
 */
function sureBoundary(text: string, limit: number, after: number): number {
  let index = limit;
  let following = after;
  while (index > 0) {
    const start = index - (index > 1 && unitsAt(text, index - 2) === 2 ? 2 : 1);
    const before = classAt(text, start);
    const splits = following !== MARK && !isLetter(following) && following !== NUMBER;
    if ((isLetter(before) || before === NUMBER) && splits) return index;
    index = start;
    following = before;
  }
  return 0;
}

function preTokenEnd(rules: PreTokenRules, text: string, start: number): number {
  const unit = text.charCodeAt(start);
  if (unit === 0x27 && rules.contractions !== "none") {
    const length = contractionLength(text, start, rules.contractions === "any case");
    if (length > 0) return start + length;
  }
  const first = classAt(text, start);
  const next = start + unitsAt(text, start);
  if (isLetter(first)) return lettersEnd(rules, text, next);
  if (first === NUMBER) return numberEnd(rules, text, start);
  const second = next < text.length ? classAt(text, next) : SPACE;
  const isSpaced = unit === 0x20;
  const takesWord = isSpaced || (rules.prefix === "any" && first !== BREAK);
  if (takesWord && isLetter(second)) return lettersEnd(rules, text, next + unitsAt(text, next));
  if (isSpaced && second === NUMBER && rules.spacedNumbers) return numberEnd(rules, text, next);
  if (!isSpace(first)) return symbolsEnd(rules, text, next);
  if (isSpaced && !isSpace(second) && second !== NUMBER) return symbolsEnd(rules, text, next);
  return spacesEnd(rules, text, start);
}

function lettersEnd(rules: PreTokenRules, text: string, start: number): number {
  let end = start;
  while (end < text.length) {
    const found = classAt(text, end);
    if (!isLetter(found) && !(found === MARK && rules.marks)) break;
    end += unitsAt(text, end);
  }
  return end;
}

function numberEnd(rules: PreTokenRules, text: string, start: number): number {
  let end = start;
  for (let digits = 0; digits < rules.digits && end < text.length; digits++) {
    if (classAt(text, end) !== NUMBER) break;
    end += unitsAt(text, end);
  }
  return end;
}

function symbolsEnd(rules: PreTokenRules, text: string, start: number): number {
  let end = start;
  while (end < text.length) {
    const found = classAt(text, end);
    if (isLetter(found) || isSpace(found) || found === NUMBER) break;
    end += unitsAt(text, end);
  }
  if (rules.breaks) while (end < text.length && classAt(text, end) === BREAK) end += 1;
  return end;
}

/** White space up to its last line break where these count, else up to the last character, which the next word takes. */
function spacesEnd(rules: PreTokenRules, text: string, start: number): number {
  let end = start;
  let afterBreak = 0;
  for (; end < text.length; end++) {
    const found = classAt(text, end);
    if (!isSpace(found)) break;
    if (found === BREAK) afterBreak = end + 1;
  }
  if (rules.breaks && afterBreak > 0) return afterBreak;
  return end === text.length || end - start === 1 ? end : end - 1;
}

/** Whether a pre-token is one that nothing can lengthen: a contraction, or a number of all the digits it may have. */
function isComplete(rules: PreTokenRules, text: string, start: number, end: number): boolean {
  if (classAt(text, start) === NUMBER) return [...text.slice(start, end)].length === rules.digits;
  if (rules.contractions === "none" || text.charCodeAt(start) !== 0x27) return false;
  return contractionLength(text, start, rules.contractions === "any case") > 0;
}

/** Whether a pre-token is one white space that would be one with those before it if the text ended there. */
function isLastSpaceOfSeveral(rules: PreTokenRules, text: string, start: number, end: number): boolean {
  if (start === 0 || end - start > 1 || !isSpace(classAt(text, start))) return false;
  const before = classAt(text, start - 1);
  return before === SPACE || (before === BREAK && !rules.breaks);
}

function contractionLength(text: string, start: number, anyCase: boolean): number {
  let ending = text.slice(start + 1, start + 3);
  if (anyCase) ending = ending.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  if (/^[stmd]/.test(ending)) return 2;
  return /^(?:re|ve|ll)/.test(ending) ? 3 : 0;
}

function isLetter(found: number): boolean {
  return found === LETTER || found === IDEOGRAPH;
}

function isSpace(found: number): boolean {
  return found === SPACE || found === BREAK;
}
