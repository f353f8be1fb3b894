// A network as a decoder: what a search finds is what the network says of these tokens when it reads them all at once.
import { Generator, ints, Network, openDevice } from "unrolled";
import { beamSearch, type SequenceDecoder } from "unrolled/decode";
import { describe, expect, test } from "vitest";
import { NetworkStepper } from "../../src/decoding/network-stepper.ts";
import { valuesOf } from "../../src/options/option.ts";
import { translateNetwork } from "../../src/tasks/translate/translate-network.ts";
import { TRANSLATE_OPTIONS } from "../../src/tasks/translate/translate-options.ts";
import { logSoftmax } from "../../src/tensor/operations/rows.ts";
import { randomTable, tableDecoder } from "./table-decoder.ts";

const [V, T, BEAM, END] = [120, 5, 3, 1];
const LENGTHS = [5, 2, 4];

const made = async (options: object) => {
  const device = await openDevice();
  const settings = valuesOf("test", TRANSLATE_OPTIONS, { embeddingSize: 6, hiddenSize: 8, ...options });
  const config = translateNetwork(settings, { source: V, target: V });
  const network = new Network(device, config, { generator: new Generator(4) });
  network.eval();
  // So far apart that the search has something to choose from.
  for (const [name, parameter] of network.namedParameters())
    if (name.startsWith("decoder.output"))
      parameter.assign(Float32Array.from(await parameter.toArray(), (entry) => 6 * entry));
  const generator = new Generator(9);
  const sources = LENGTHS.map((length) => Int32Array.from({ length }, () => generator.integer(V)));
  const padded = new Int32Array(LENGTHS.length * T);
  for (const [row, source] of sources.entries()) padded.set(source, row * T);
  const batch = {
    inputs: { source: ints(device, padded, [LENGTHS.length, T]) },
    lengths: LENGTHS,
    first: END,
  };
  return { device, network, sources, batch };
};

const KNOWING = { attention: "additive", coverage: true, locationFilters: 2 };

describe.each([
  {},
  { attention: "additive" },
  { attentionHeads: 2, numLayers: 2 },
  { feeding: "output", attentionHeads: 2 },
  { feeding: "context", ...KNOWING },
  { feeding: "output", attentionHeads: 2, ...KNOWING },
])("with %o", (options) => {
  test("every hypothesis has the probability of its tokens", async () => {
    const { device, network, sources, batch } = await made(options);
    const how = { beam: BEAM, nBest: BEAM, endId: END, maxLength: 6, minLength: 1, noRepeatNgram: 3 };
    const found = await beamSearch(new NetworkStepper(network), batch, how);
    for (const [sentence, hypotheses] of found.entries()) {
      expect(hypotheses).toHaveLength(BEAM);
      for (const { tokens, logProbability, attention } of hypotheses) {
        const said = [...tokens, END];
        const read = Int32Array.of(END, ...tokens);
        const source = ints(device, sources[sentence], [1, LENGTHS[sentence]]);
        const target = ints(device, read, [1, read.length]);
        const logs = logSoftmax(network.forward({ source, target }).outputs.logits).read();
        const sum = said.reduce((total, token, at) => total + logs[at * V + token], 0);
        expect(logProbability).toBeCloseTo(sum, 4);
        for (const row of attention!) expect(row).toHaveLength(LENGTHS[sentence]);
      }
    }
  });
});

test.each([
  {},
  { minLength: 3 },
  { noRepeatNgram: 1 },
  { forbiddenIds: [2, 3] },
  { prefixes: [[4], [0, 2]] },
])("the likeliest tokens of each row are enough for a search with %o", async (given) => {
  const { decoder: whole } = tableDecoder(9, randomTable(9, 5));
  const few: typeof whole = {
    ...whole,
    step: (state, tokens, most) => likeliestOf(whole, state, tokens, most),
  };
  const options = { beam: 2, nBest: 2, endId: 1, maxLength: 5, stopping: "bound", ...given } as const;
  expect(await beamSearch(few, 2, options)).toEqual(await beamSearch(whole, 2, options));
});

/** A step of which no more is told than was asked for. */
function likeliestOf<State>(
  decoder: SequenceDecoder<number, State>,
  state: State,
  read: Int32Array,
  most?: number,
) {
  const step = decoder.step(state, read);
  if (most === undefined) return step;
  const { vocabularySize: size } = decoder;
  const tokens = Array.from(read, (_, row) => {
    const log = (id: number) => step.logProbabilities[row * size + id];
    return Array.from({ length: size }, (_, id) => id)
      .sort((left, right) => log(right) - log(left) || left - right)
      .slice(0, most);
  });
  const logs = tokens.flatMap((ids, row) => ids.map((id) => step.logProbabilities[row * size + id]));
  return { ...step, logProbabilities: Float64Array.from(logs), tokens: Int32Array.from(tokens.flat()) };
}
