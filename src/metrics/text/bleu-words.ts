// How a line becomes the words that BLEU counts, as sacreBLEU defines it (Post, "A call for clarity in reporting BLEU scores", 2018).

import type { BleuTokenization } from "./bleu-kinds.ts";
import { trimmedEnd, wordsOf } from "./whitespace.ts";

type Rule = readonly [RegExp, string];

const RULES_13A: readonly Rule[] = [
  // Every ASCII sign but the apostrophe, comma, hyphen and full stop; a space goes along and is dropped later.
  [/([{-~[-` -&(-+:-@/])/gu, " $1 "],
  [/([^0-9])([.,])/gu, "$1 $2 "],
  [/([.,])([^0-9])/gu, " $1 $2"],
  [/([0-9])(-)/gu, "$1 $2 "],
];

const RULES_INTL: readonly Rule[] = [
  [/(\P{N})(\p{P})/gu, "$1 $2 "],
  [/(\p{P})(\P{N})/gu, " $1 $2"],
  [/(\p{S})/gu, " $1 "],
];

const ENTITIES: readonly Rule[] = [
  [/&quot;/g, '"'],
  [/&amp;/g, "&"],
  [/&lt;/g, "<"],
  [/&gt;/g, ">"],
];

/** The words of a line. */
export function bleuWords(line: string, tokenize: BleuTokenization, lowercase: boolean): string[] {
  const given = trimmedEnd(lowercase ? line.toLowerCase() : line);
  if (tokenize === "none") return wordsOf(given);
  if (tokenize === "char") return wordsOf([...given].join(" "));
  if (tokenize === "intl") return wordsOf(rewritten(given, RULES_INTL));
  const plain = given.replaceAll("<skipped>", "").replaceAll("-\n", "").replaceAll("\n", " ");
  return wordsOf(rewritten(` ${rewritten(plain, ENTITIES)} `, RULES_13A));
}

function rewritten(line: string, rules: readonly Rule[]): string {
  return rules.reduce((text, [what, by]) => text.replace(what, by), line);
}
