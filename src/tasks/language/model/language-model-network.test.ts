import { expect, test } from "vitest";
import { languageNetwork } from "../../../../test/language-parts.ts";
import {
  activationRegularization,
  temporalActivationRegularization,
} from "../../../losses/activation-regularization.ts";
import { crossEntropy } from "../../../losses/cross-entropy.ts";
import { carry, zeroState } from "../../../networks/carried-state.ts";
import { Network } from "../../../networks/network.ts";
import { SGD } from "../../../optimisers/sgd.ts";
import { Generator } from "../../../random/philox.ts";
import { openDevice } from "../../../tensor/device.ts";
import { add, scaled } from "../../../tensor/operations/arithmetic.ts";
import { ints } from "../../../tensor/tensor.ts";
import { languageLoss } from "./language-loss.ts";
import type { LanguageModelConfig } from "./language-model-config.ts";
import { languageModel } from "./language-model-network.ts";

const device = await openDevice({ backend: "wasm" });
const [STEPS, BATCH, V] = [6, 3, 11];
const plain: LanguageModelConfig = {
  ...{ cell: "lstm", nonlinearity: "tanh", vocabularySize: V, embeddingSize: 7, hiddenSize: 9 },
  ...{ numLayers: 2, dropout: 0, tieWeights: false, tokenizer: "char" },
};
const everything: Partial<LanguageModelConfig> = {
  ...{ embeddingSize: 9, tieWeights: true, lockedDropout: true, weightDrop: 0.3, embeddingDropout: 0.2 },
  ...{ inputDropout: 0.4, layerDropout: 0.3, outputDropout: 0.25 },
};

const batch = (step: number) => {
  const token = (t: number, b: number) => (3 * t + 5 * b + 7 * step + t * t * b) % V;
  const ids = (after: number) =>
    Int32Array.from({ length: STEPS * BATCH }, (_, at) =>
      token(step * STEPS + Math.floor(at / BATCH) + after, at % BATCH),
    );
  return [ids(0), ids(1)].map((numbers) => ints(device, numbers, [STEPS, BATCH]));
};

/** What these models cost at each step, as they were when they were a class of their own. */
const LOSSES: Readonly<Record<string, readonly number[]>> = {
  plain: [2.4596595764160156, 2.4279305934906006, 2.295407772064209, 2.590806007385254, 2.61144757270813],
  dropout: [
    2.3379998207092285, 2.4197633266448975, 2.3668251037597656, 2.4645822048187256, 2.584627866744995,
  ],
  elman: [2.3849453926086426, 2.3642148971557617, 2.3137753009796143, 2.521507501602173, 2.471137285232544],
  everything: [
    2.4186930656433105, 2.372410535812378, 2.279381036758423, 2.552988290786743, 2.592158317565918,
  ],
};

test.each<[string, Partial<LanguageModelConfig>]>([
  ["plain", {}],
  ["dropout", { dropout: 0.5, cell: "gru" }],
  ["elman", { cell: "elman", nonlinearity: "relu", dropout: 0.1, embeddingDropout: 0.3 }],
  ["everything", everything],
])("%s", async (name, more) => {
  const config = { ...plain, ...more };
  const old = languageNetwork(device, config, new Generator(5));
  const network = new Network(device, languageModel(config), { generator: new Generator(5) });
  expect(await network.stateDict()).toEqual(await old.stateDict());
  const [a, b] = [old, network].map((model) => new SGD(model.trainableParameters(), { learningRate: 2 }));
  const state = zeroState(old, BATCH);
  const carried = zeroState(old, BATCH);
  const losses: number[] = [];
  for (let step = 0; step < 5; step++) {
    const [inputs, targets] = batch(step);
    const penalties = { activationRegularization: 0.2, temporalActivationRegularization: 0.1 };
    const one = languageLoss(old, inputs, targets, state, penalties);
    carry(state, one.state);
    one.loss.backward();
    a.step();
    const { outputs, values, state: after } = network.forward({ ids: inputs }, { state: carried });
    const nats = crossEntropy(outputs.logits, targets);
    const large = scaled(activationRegularization(values.get("dropAfter")!), 0.2);
    const changing = scaled(temporalActivationRegularization(values.get("rnn")!), 0.1);
    const loss = add(add(nats, large), changing);
    carry(carried, after);
    loss.backward();
    b.step();
    expect(await loss.item()).toBe(await one.loss.item());
    losses.push(await nats.item());
  }
  expect(await network.stateDict()).toEqual(await old.stateDict());
  for (const [step, loss] of losses.entries())
    expect(loss, `step ${step}`).toBeCloseTo(LOSSES[name][step], 5);
});
