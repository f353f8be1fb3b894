import { Generator } from "unrolled";
import type { SequenceDecoder } from "unrolled/decode";

/** P of the next token after a beginning [V]. */
export type Table = (beginning: readonly number[], sentence: number) => readonly number[];

interface Rows {
  readonly beginnings: readonly { readonly sentence: number; readonly tokens: readonly number[] }[];
}

/** A decoder that looks probabilities up: its state is what it has read, and how many calls it was given. */
export function tableDecoder(
  V: number,
  table: Table,
  attention?: (beginning: readonly number[], sentence: number) => readonly number[],
) {
  const calls: { readonly rows: number; readonly tokens: readonly number[] }[] = [];
  const decoder: SequenceDecoder<number, Rows> = {
    vocabularySize: V,
    start: (sentences) => ({
      state: { beginnings: Array.from({ length: sentences }, (_, sentence) => ({ sentence, tokens: [] })) },
      tokens: new Int32Array(sentences).fill(START),
    }),
    step(state, tokens) {
      calls.push({ rows: tokens.length, tokens: [...tokens] });
      if (state.beginnings.length !== tokens.length) throw new Error("rows and tokens differ");
      const beginnings = state.beginnings.map(({ sentence, tokens: before }, row) => ({
        sentence,
        tokens: [...before, tokens[row]],
      }));
      const said = beginnings.map(({ tokens: [, ...read], sentence }) => [read, sentence] as const);
      return {
        state: { beginnings },
        logProbabilities: Float64Array.from(said.flatMap((each) => table(...each).map(Math.log))),
        attention: attention && Float64Array.from(said.flatMap((each) => attention(...each))),
      };
    },
    select: ({ beginnings }, rows) => ({ beginnings: Array.from(rows, (row) => beginnings[row]) }),
  };
  return { decoder, calls };
}

/** What every sentence reads first; no token of its own. */
export const START = 99;

/** Any probabilities, from a seed; none of them 0. */
export function randomTable(V: number, seed: number): Table {
  return (beginning, sentence) => {
    let draws = new Generator(seed).fork(sentence);
    for (const token of beginning) draws = draws.fork(token);
    const weights = Array.from({ length: V }, () => 0.02 + draws.uniform() ** 3);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => weight / sum);
  };
}
