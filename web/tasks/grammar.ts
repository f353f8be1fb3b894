// Languages whose sentences follow one another without end: states, and from each the symbols that may come, with their
// probabilities. The symbol tells the state that follows it, so that whoever has read a sentence knows where it stands.
import type { Generator } from "unrolled";
import { emptySymbols, type SymbolBatch } from "./task.ts";

export interface Edge {
  /** Place in the alphabet. */
  readonly symbol: number;
  readonly next: number;
  readonly probability: number;
  /** The symbols among which this one can be told by memory alone; 0 for an edge that does not count for the accuracy. */
  readonly among: number;
}

/** The edges of each state; sentences begin in state 0. */
export type Grammar = readonly (readonly Edge[])[];

/** Sequences to be foretold symbol by symbol. A right answer is any symbol of `rightOf`, asked for where the coming edge has `among`. */
export function grammarBatch(
  grammar: Grammar,
  rightOf: (edges: readonly Edge[], coming: Edge) => number,
  generator: Generator,
  steps: number,
  rows: number,
): SymbolBatch {
  const batch = emptySymbols(steps, rows);
  let nats = 0;
  for (let row = 0; row < rows; row++) {
    let edge = draw(grammar[0], generator);
    for (let place = row; place < steps * rows; place += rows) {
      batch.inputs[place] = edge.symbol;
      const edges = grammar[edge.next];
      edge = draw(edges, generator);
      batch.targets[place] = edge.symbol;
      batch.among[place] = edge.among;
      batch.right[place] = edge.among === 0 ? 0 : rightOf(edges, edge);
      nats -= Math.log(edge.probability);
    }
  }
  batch.bestLoss = nats / (steps * rows);
  return batch;
}

function draw(edges: readonly Edge[], generator: Generator): Edge {
  let left = generator.uniform();
  for (const edge of edges) {
    left -= edge.probability;
    if (left < 0) return edge;
  }
  return edges[edges.length - 1];
}

/** How often each state is met in the long run. */
function shares(grammar: Grammar): Float64Array {
  let share = new Float64Array(grammar.length).fill(1 / grammar.length);
  for (let round = 0; round < 2000; round++) {
    const next = new Float64Array(grammar.length);
    // Half stays where it is, so that a language whose sentences all have even length settles too.
    grammar.forEach((edges, state) => {
      next[state] += share[state] / 2;
      for (const edge of edges) next[edge.next] += (share[state] * edge.probability) / 2;
    });
    share = next;
  }
  return share;
}

/** Nats a symbol that remain for whoever knows the state. */
export function entropyRate(grammar: Grammar): number {
  const share = shares(grammar);
  return grammar.reduce(
    (sum, edges, state) =>
      sum -
      edges.reduce((nats, { probability }) => nats + share[state] * probability * Math.log(probability), 0),
    0,
  );
}

/** Nats a symbol that remain for whoever knows how frequent each is, and nothing of what came before. */
export function symbolEntropy(grammar: Grammar): number {
  const share = shares(grammar);
  const frequency: number[] = [];
  grammar.forEach((edges, state) => {
    for (const { symbol, probability } of edges)
      frequency[symbol] = (frequency[symbol] ?? 0) + share[state] * probability;
  });
  return -frequency.reduce((nats, each) => nats + each * Math.log(each), 0);
}

/** The share of edges met that `holds` is true of, among those that count. */
export function shareOfEdges(
  grammar: Grammar,
  holds: (edge: Edge, edges: readonly Edge[]) => boolean,
): number {
  const share = shares(grammar);
  let [counted, held] = [0, 0];
  grammar.forEach((edges, state) => {
    for (const edge of edges) {
      if (edge.among === 0) continue;
      counted += share[state] * edge.probability;
      if (holds(edge, edges)) held += share[state] * edge.probability;
    }
  });
  return held / counted;
}
