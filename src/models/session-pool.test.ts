import { expect, test, vi } from "vitest";
import { narrowWeights } from "../layers/narrow-weights.ts";
import { Generator } from "../random/philox.ts";
import { openDevice } from "../tensor/device.ts";
import type { LanguageModelConfig } from "./config.ts";
import { LanguageModel } from "./language-model.ts";
import { LanguageModelSession } from "./session.ts";
import { LanguageModelPool } from "./session-pool.ts";

const V = 23;
const device = await openDevice();

function modelOf(more: Partial<LanguageModelConfig> = {}): LanguageModel {
  const config: LanguageModelConfig = {
    ...{ cell: "lstm", nonlinearity: "tanh", vocabularySize: V, embeddingSize: 9, hiddenSize: 14 },
    ...{ numLayers: 2, dropout: 0.5, tieWeights: false, tokenizer: "char", ...more },
  };
  return new LanguageModel(device, config, new Generator(3));
}

/** A reader of a pool and one alone read the same tokens, `ids`; every logit must agree. */
function expectAlike(model: LanguageModel, readers: number, steps: number): void {
  const pool = new LanguageModelPool(model);
  const pairs = Array.from({ length: readers }, () => ({
    pooled: pool.open(),
    alone: new LanguageModelSession(model),
  }));
  const generator = new Generator(8);
  for (let step = 0; step < steps; step++) {
    const chosen = pairs.filter((_, index) => (index + step) % 3 > 0);
    const ids = chosen.map(() => generator.integer(V));
    const logits = new Float32Array(chosen.length * V);
    pool.step(
      chosen.map(({ pooled }) => pooled),
      ids,
      logits,
    );
    for (const [index, { alone }] of chosen.entries())
      for (const [token, logit] of alone.step(ids[index]).entries())
        expect(Math.abs(logits[index * V + token] - logit), `reader ${index}, ${token}`).toBeLessThan(1e-6);
  }
}

test("readers step together as they would alone", () => {
  for (const cell of ["elman", "lstm", "gru"] as const) expectAlike(modelOf({ cell }), 4, 5);
  expectAlike(modelOf(), 200, 3);
  expectAlike(narrowWeights(modelOf({ embeddingSize: 14, tieWeights: true }), "float16"), 12, 3);
});

test("a reader goes on from a session's state, a session from a reader's, and forks go their own way", () => {
  const model = modelOf();
  const pool = new LanguageModelPool(model);
  const session = new LanguageModelSession(model);
  session.step(5);
  const fork = session.fork();
  const reader = pool.open(session.state());
  session.step(3);
  const [logits, other] = [new Float32Array(V), new LanguageModelSession(model)];
  pool.step([reader], [7], logits);
  other.restore(reader.state());
  const expected = Float32Array.from(fork.step(7));
  for (const [token, logit] of expected.entries()) expect(Math.abs(logits[token] - logit)).toBeLessThan(1e-6);
  expect(other.state()).toEqual(reader.state());
  expect(pool.size).toBe(1);
});

test("a step allocates nothing in the heap", () => {
  const pool = new LanguageModelPool(modelOf());
  const readers = [pool.open(), pool.open()];
  const logits = new Float32Array(2 * V);
  pool.step(readers, [1, 2], logits);
  const allocate = vi.spyOn(device.heap, "allocate");
  for (let step = 0; step < 5; step++) pool.step(readers, [3, step], logits);
  expect(allocate).not.toHaveBeenCalled();
  allocate.mockRestore();
});

test("wrong arguments, and states of another model, are named", () => {
  const pool = new LanguageModelPool(modelOf());
  const reader = pool.open();
  expect(() => pool.step([reader], [V], new Float32Array(V))).toThrow(
    "step: token id of reader 0 is 23, needed 0 to 22",
  );
  expect(() => pool.step([reader], [1, 2], new Float32Array(V))).toThrow(
    "there are 2 token ids and 23 logits",
  );
  const larger = new LanguageModelSession(modelOf({ vocabularySize: V + 1 }));
  expect(() => larger.restore(reader.state())).toThrow(
    "restore: the state belongs to language model V 23, LSTM I 9, H 14, L 2, B 1",
  );
});
