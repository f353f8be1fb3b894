// Reber's grammar (Reber 1967), and embedded once more (Cleeremans, Servan-Schreiber & McClelland 1989; Hochreiter & Schmidhuber 1997,
// experiment 1): B, then T or P, a sentence of the grammar, then the same T or P again, E. The second letter is worth nothing
// until the last but one, whatever stands in between.
import { type Edge, type Grammar, grammarBatch, shareOfEdges, symbolEntropy } from "./grammar.ts";
import type { SymbolTask } from "./task.ts";

const ALPHABET = "BTSXPVE";
const ALL = (1 << ALPHABET.length) - 1;
const symbolOf = (letter: string) => ALPHABET.indexOf(letter);

/** From each state the letters and the states after them; a sentence is over in state 7. */
const ARROWS: readonly string[] = ["B1", "T2 P3", "S2 X4", "T3 V5", "X3 S6", "P4 V6", "E7"];
const OVER = ARROWS.length;

/** The states of one sentence, numbered from `first`, and `after` the state that follows it. */
function sentence(first: number, after: number, among: number): Edge[][] {
  return ARROWS.map((arrows) => {
    const each = arrows.split(" ");
    return each.map(([letter, state]) => ({
      symbol: symbolOf(letter),
      next: Number(state) === OVER ? after : first + Number(state),
      probability: 1 / each.length,
      among,
    }));
  });
}

export const reberGrammar: Grammar = sentence(0, 0, ALL);

const only = (letter: string, next: number, among = 0): Edge[] => [
  { symbol: symbolOf(letter), next, probability: 1, among },
];
const EITHER = (1 << symbolOf("T")) | (1 << symbolOf("P"));
const AFTER_T = 2;
const AFTER_P = AFTER_T + OVER + 1;
const END = AFTER_P + OVER + 1;

export const embeddedReberGrammar: Grammar = [
  only("B", 1),
  [
    { symbol: symbolOf("T"), next: AFTER_T, probability: 1 / 2, among: 0 },
    { symbol: symbolOf("P"), next: AFTER_P, probability: 1 / 2, among: 0 },
  ],
  ...sentence(AFTER_T, AFTER_T + OVER, 0),
  only("T", END, EITHER),
  ...sentence(AFTER_P, AFTER_P + OVER, 0),
  only("P", END, EITHER),
  only("E", 0),
];

const anyOf = (edges: readonly Edge[]) => edges.reduce((bits, { symbol }) => bits | (1 << symbol), 0);

/** How often a letter that is always the same would be one of those that may come; the best letter's share. */
function constantAnswer(grammar: Grammar): number {
  const shares = Array.from(ALPHABET, (letter) =>
    shareOfEdges(grammar, (_, edges) => (anyOf(edges) & (1 << symbolOf(letter))) !== 0),
  );
  return Math.max(...shares);
}

export const reber: SymbolTask = {
  kind: "symbols",
  name: "reber",
  title: "Reber grammar",
  about:
    "Sentences of a small language that a machine with seven states speaks (Reber 1967): predict each letter. At most two may come, and only the state tells which.",
  alphabet: ALPHABET,
  leastSteps: 8,
  chance: { loss: symbolEntropy(reberGrammar), accuracy: constantAnswer(reberGrammar) },
  counts: "letters that the grammar allows",
  batch: (generator, steps, rows) => grammarBatch(reberGrammar, anyOf, generator, steps, rows),
};

export const embeddedReber: SymbolTask = {
  kind: "symbols",
  name: "embedded-reber",
  title: "Embedded Reber grammar",
  about:
    "Reber's sentences between two letters that must be alike: B T … T E or B P … P E. Only who has kept the second letter through the whole sentence knows the last but one (Hochreiter & Schmidhuber 1997).",
  alphabet: ALPHABET,
  leastSteps: 16,
  chance: { loss: symbolEntropy(embeddedReberGrammar), accuracy: 1 / 2 },
  counts: "last letters but one, T or P",
  batch: (generator, steps, rows) =>
    grammarBatch(embeddedReberGrammar, (_, { symbol }) => 1 << symbol, generator, steps, rows),
};
