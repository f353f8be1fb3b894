import { expect, test, vi } from "vitest";
import { configOf, languageNetwork } from "../../../../test/language-parts.ts";
import { trainTokenizer } from "../../../data/tokenizers/train-tokenizer.ts";
import { narrowWeights } from "../../../layers/narrow-weights.ts";
import { Generator } from "../../../random/philox.ts";
import { openDevice } from "../../../tensor/device.ts";
import { LanguageModel } from "./language-model.ts";
import type { LanguageModelConfig } from "./language-model-config.ts";
import { TokenReader } from "./token-reader.ts";

const V = 23;
const device = await openDevice();
const tokenizer = trainTokenizer({ kind: "char", text: "ab" });

function modelOf(more: Partial<LanguageModelConfig> = {}, narrow?: "float16"): LanguageModel {
  const config: LanguageModelConfig = {
    ...{ cell: "lstm", nonlinearity: "tanh", vocabularySize: V, embeddingSize: 9, hiddenSize: 14 },
    ...{ numLayers: 2, dropout: 0.5, tieWeights: false, tokenizer: "char", ...more },
  };
  const network = languageNetwork(device, config, new Generator(3));
  if (narrow) narrowWeights(network, narrow);
  return new LanguageModel({ network, config: configOf(network), tokenizer });
}

/** A reader of a pool and one alone read the same tokens, `ids`; every logit must agree. */
function expectAlike(model: LanguageModel, readers: number, steps: number): void {
  const pool = model.pool();
  const pairs = Array.from({ length: readers }, () => ({
    pooled: pool.open(),
    alone: new TokenReader(model.session()),
  }));
  const generator = new Generator(8);
  for (let step = 0; step < steps; step++) {
    const chosen = pairs.filter((_, index) => (index + step) % 3 > 0);
    const ids = chosen.map(() => generator.integer(V));
    const logits = new Float32Array(chosen.length * V);
    pool.stepInto(
      chosen.map(({ pooled }) => pooled),
      { ids },
      { logits },
    );
    for (const [index, { alone }] of chosen.entries())
      for (const [token, logit] of alone.step(ids[index]).entries())
        expect(Math.abs(logits[index * V + token] - logit), `reader ${index}, ${token}`).toBeLessThan(1e-6);
  }
}

test("readers step together as they would alone", () => {
  for (const cell of ["elman", "lstm", "gru"] as const) expectAlike(modelOf({ cell }), 4, 5);
  expectAlike(modelOf(), 200, 3);
  expectAlike(modelOf({ embeddingSize: 14, tieWeights: true }, "float16"), 12, 3);
});

test("a reader goes on from a session's state, a session from a reader's, and forks go their own way", () => {
  const model = modelOf();
  const pool = model.pool();
  const session = model.session();
  const step = (of: typeof session, id: number) => Float32Array.from(of.step({ ids: [id] }).logits.data);
  step(session, 5);
  const fork = session.fork();
  const reader = pool.open(session.state());
  step(session, 3);
  const [logits, other] = [new Float32Array(V), model.session()];
  pool.stepInto([reader], { ids: [7] }, { logits });
  other.restore(reader.state());
  const expected = step(fork, 7);
  for (const [token, logit] of expected.entries()) expect(Math.abs(logits[token] - logit)).toBeLessThan(1e-6);
  expect(other.state()).toEqual(reader.state());
  expect(pool.size).toBe(1);
});

test("a step allocates nothing in the heap", () => {
  const pool = modelOf().pool();
  const readers = [pool.open(), pool.open()];
  const logits = new Float32Array(2 * V);
  pool.stepInto(readers, { ids: [1, 2] }, { logits });
  const allocate = vi.spyOn(device.heap, "allocate");
  for (let step = 0; step < 5; step++) pool.stepInto(readers, { ids: [3, step] }, { logits });
  expect(allocate).not.toHaveBeenCalled();
  allocate.mockRestore();
});

test("wrong arguments, and states of another model, are named", () => {
  const pool = modelOf().pool();
  const reader = pool.open();
  const step = (ids: readonly number[]) => () =>
    pool.stepInto([reader], { ids }, { logits: new Float32Array(V) });
  expect(step([V])).toThrow("step: layer encoder reads id 23, needed 0 to 22");
  expect(step([1, 2])).toThrow("step: input ids has 2 numbers, needed 1 (1 sessions × 1)");
  const larger = modelOf({ vocabularySize: V + 1 }).session();
  expect(() => larger.restore(reader.state())).toThrow(
    "restore: the state belongs to language model V 23, LSTM I 9, H 14, L 2, B 1",
  );
});
