// Known words that are read as unknown ones, others each time, so that what is learned of unknown words comes from all of them.
import { Generator } from "../../random/philox.ts";
import type { TagExample } from "./tag-examples.ts";

/** Place of these draws among a seed's streams of random numbers. */
const UNKNOWN = 17;

/**
 * Reads a word of which there are n as unknown with probability α / (α + n) (Kiperwasser & Goldberg 2016, "Simple and accurate dependency
 * parsing using bidirectional LSTM feature representations"); undefined where α is 0 or there are no words.
 */
export function unknownWords(
  examples: readonly TagExample[],
  { unknownWords: alpha, seed }: { readonly unknownWords: number; readonly seed: number },
):
  | ((example: TagExample, place: { readonly epoch: number; readonly example: number }) => TagExample)
  | undefined {
  if (alpha === 0 || examples.some(({ inputs }) => inputs.unknown === undefined)) return undefined;
  const counts = new Map<number, number>();
  for (const { inputs } of examples)
    for (const id of inputs.values) counts.set(id, (counts.get(id) ?? 0) + 1);
  return (example, { epoch, example: place }) => {
    const generator = new Generator(seed).fork(UNKNOWN).fork(epoch).fork(place);
    const { values, unknown } = example.inputs;
    const drawn = Int32Array.from(values, (id, at) =>
      generator.uniform() < alpha / (alpha + (counts.get(id) ?? 0)) ? unknown![at] : id,
    );
    return { ...example, inputs: { ...example.inputs, values: drawn } };
  };
}
