import { expect, test } from "vitest";
import { languageNetwork, modelWith } from "../../../../test/language-parts.ts";
import { trainTokenizer } from "../../../data/tokenizers/train-tokenizer.ts";
import { ctcBeamSearch } from "../../../decoding/ctc/beam-search.ts";
import { Generator } from "../../../random/philox.ts";
import { openDevice } from "../../../tensor/device.ts";
import { textScorer } from "./text-scorer.ts";

const text = "one two\nthree four\n";
const tokenizer = trainTokenizer({ kind: "char", text });
const device = await openDevice({ backend: "wasm" });
const network = languageNetwork(
  device,
  {
    ...{ cell: "gru", nonlinearity: "tanh", vocabularySize: tokenizer.vocabularySize, embeddingSize: 5 },
    ...{ hiddenSize: 9, numLayers: 1, dropout: 0, tieWeights: false, tokenizer: "char" },
  },
  new Generator(4),
);
const model = modelWith(network, tokenizer);
const tokens = ["", ..." onetwx"];

/** ln p of each character after those before it, the line break at the end among them, by a run over the whole. */
async function whole(said: string): Promise<number> {
  const ids = Array.from(tokenizer.encode(`\n${said}\n`));
  const { logits } = await model.run({ ids: [ids.slice(0, -1)] });
  const V = tokenizer.vocabularySize;
  return ids.slice(1).reduce((total, id, step) => {
    const row = Array.from({ length: V }, (_, v) => Number(logits.data[step * V + v]));
    return total + row[id] - Math.log(row.reduce((sum, logit) => sum + Math.exp(logit), 0));
  }, 0);
}

test("a text's score is the weight times what a run over the whole says, with its end; what was never seen is <unk>", async () => {
  const scorer = textScorer(model, { tokens, weight: 0.7 });
  for (const said of ["", "two", "one to", "wxe"]) {
    let [state, total] = [scorer.start(), 0];
    for (const character of said) {
      total += scorer.score(state, tokens.indexOf(character));
      state = scorer.next(state, tokens.indexOf(character));
    }
    expect(total + scorer.end(state)).toBeCloseTo(0.7 * (await whole(said)), 4);
  }
});

test("a search with it orders texts by both", async () => {
  const generator = new Generator(2);
  const logits = Float32Array.from({ length: 5 * tokens.length }, () => generator.uniformBetween(-2, 2));
  const options = { vocabularySize: tokens.length, beamWidth: 4000, leastProbability: 0, nBest: 6 };
  const found = ctcBeamSearch(logits, { ...options, scorers: [textScorer(model, { tokens })] });
  for (const { tokenIds, score, ctcScore } of found) {
    const said = tokenIds.map((id) => tokens[id]).join("");
    expect(score).toBeCloseTo(ctcScore + 0.5 * (await whole(said)), 3);
  }
});

test("models of words and weights that are none are refused", () => {
  expect(() => textScorer(model, { tokens, weight: Number.NaN })).toThrow(/textScorer: weight is NaN/);
  const words = modelWith(network, trainTokenizer({ kind: "word", text, vocabularySize: 5 }));
  expect(() => textScorer(words, { tokens })).toThrow(/tokenizer is word, needed char or byte/);
});
