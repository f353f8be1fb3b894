// Nested brackets of three kinds, at most four deep (a bounded Dyck language; Chomsky & Schützenberger 1963): predict the next one. Whether
// one opens or closes is drawn, but which closes is decided by what stands open: a memory that is a stack.
import { type Edge, type Grammar, grammarBatch, symbolEntropy } from "./grammar.ts";
import type { SymbolTask } from "./task.ts";

const KINDS = 3;
const DEEPEST = 4;
const CLOSERS = ((1 << KINDS) - 1) << KINDS;

/** A state for each stack of open brackets, the innermost one its last digit in base 3: first the empty one, then those of one … */
export const bracketGrammar: Grammar = statesFrom();

function statesFrom(): Grammar {
  const states: Edge[][] = [];
  let first = 0;
  for (let depth = 0, count = 1; depth <= DEEPEST; depth++, count *= KINDS) {
    const firstAbove = first - count / KINDS;
    for (let stack = 0; stack < count; stack++) {
      const edges: Edge[] = [];
      const opening = depth === 0 ? 1 : depth === DEEPEST ? 0 : 1 / 2;
      for (let kind = 0; kind < KINDS && opening > 0; kind++)
        edges.push({
          symbol: kind,
          next: first + count + stack * KINDS + kind,
          probability: opening / KINDS,
          among: 0,
        });
      if (depth > 0)
        edges.push({
          symbol: KINDS + (stack % KINDS),
          next: firstAbove + Math.floor(stack / KINDS),
          probability: 1 - opening,
          among: CLOSERS,
        });
      states.push(edges);
    }
    first += count;
  }
  return states;
}

export const nestedBrackets: SymbolTask = {
  kind: "symbols",
  name: "brackets",
  title: "Nested brackets",
  about:
    "Brackets of three kinds, up to four deep: predict the next one. Whether one closes is a coin's toss, but which one must close is decided by what was opened last: the network has to build a stack.",
  alphabet: "([{)]}",
  leastSteps: 4,
  chance: { loss: symbolEntropy(bracketGrammar), accuracy: 1 / KINDS },
  counts: "closing brackets, by their kind",
  batch: (generator, steps, rows) =>
    grammarBatch(bracketGrammar, (_, { symbol }) => 1 << symbol, generator, steps, rows),
};
