// A last layer with a width of its own, tied to the embedding as in AWD-LSTM (Merity, Keskar & Socher 2018).
import { describe, expect, it } from "vitest";
import { languageNetwork, modelWith } from "../../../../test/language-parts.ts";
import { trainTokenizer } from "../../../data/tokenizers/train-tokenizer.ts";
import { temporalActivationRegularization } from "../../../losses/activation-regularization.ts";
import { crossEntropy } from "../../../losses/cross-entropy.ts";
import { networkData } from "../../../networks/network-data.ts";
import { Generator } from "../../../random/philox.ts";
import { openDevice } from "../../../tensor/device.ts";
import { ints } from "../../../tensor/tensor.ts";
import { resolveSettings } from "../../../training/resolve-settings.ts";
import { modelFiles } from "../folder/language-folder.ts";
import { openLanguageModel } from "../folder/open-language-model.ts";
import { countParameters } from "../memory.ts";
import { PRESETS } from "../presets.ts";
import { languageLoss } from "./language-loss.ts";
import type { LanguageModelConfig } from "./language-model-config.ts";
import { languageModelOfNetwork } from "./language-model-of-network.ts";

const device = await openDevice({ backend: "wasm" });
const tokenizer = trainTokenizer({ kind: "char", text: "abcdefghij" });
const V = tokenizer.vocabularySize;
const config: LanguageModelConfig = {
  cell: "lstm",
  vocabularySize: V,
  embeddingSize: 4,
  hiddenSize: 9,
  lastHiddenSize: 4,
  numLayers: 3,
  dropout: 0,
  tieWeights: true,
  tokenizer: "char",
};
const networkOf = (more: Partial<LanguageModelConfig> = {}) =>
  languageNetwork(device, { ...config, ...more }, new Generator(3));
const ids = ints(device, [0, 1, 2, 3, 4, 5, 6, 7, 1, 1], [5, 2]);
const targets = ints(device, [2, 3, 4, 5, 6, 7, 1, 1, 0, 2], [5, 2]);

describe("a last layer with a width of its own", () => {
  it("is 9-9-4, its decoder the embedding's matrix", () => {
    const network = networkOf();
    const shapes = Object.fromEntries(
      [...network.namedParameters()].map(([name, { shape }]) => [name, shape.join()]),
    );
    expect(shapes).toMatchObject({
      "encoder.weight": `${V},4`,
      "rnn.weight_ih_l0": "36,4",
      "rnn.weight_ih_l1": "36,9",
      "last.weight_ih_l0": "16,9",
      "last.weight_hh_l0": "16,4",
      "decoder.bias": `${V}`,
    });
    expect(shapes).not.toHaveProperty("decoder.weight");
    expect(network.parameterCount()).toBe(countParameters(config));
    const untied = { ...config, tieWeights: false, embeddingSize: 5 };
    expect(networkOf(untied).parameterCount()).toBe(countParameters(untied));
  });

  it("drops between all layers, and penalises what the last puts out", async () => {
    const dropped = networkOf({ layerDropout: 0.5, lockedDropout: true });
    const places = [...dropped.dropoutPlaces().keys()];
    expect(places).toEqual(expect.arrayContaining(["dropBetween.place", "rnn.betweenLayers.0"]));
    const network = networkOf();
    const { loss, lossNats } = languageLoss(network, ids, targets, undefined, {
      temporalActivationRegularization: 3,
    });
    const { outputs, values } = network.forward({ ids });
    expect(values.get("last")!.shape).toEqual([5, 2, 4]);
    const nats = await crossEntropy(outputs.logits, targets).item();
    const changing = await temporalActivationRegularization(values.get("last")!).item();
    expect(await lossNats.item()).toBe(nats);
    expect(await loss.item()).toBeCloseTo(nats + 3 * changing, 6);
  });

  it("comes back from its folder, and from its layers", async () => {
    const network = networkOf();
    network.eval();
    const model = modelWith(network, tokenizer);
    const files = await modelFiles(model);
    expect(new TextDecoder().decode(files["README.md"])).toContain("3 × 9, the last 4");
    const again = await openLanguageModel(device, async (name) => files[name]);
    expect(again.config).toEqual(config);
    const expected = await model.run({ ids: [[1, 2, 3]] });
    expect(await again.run({ ids: [[1, 2, 3]] })).toEqual(expected);
    const found = languageModelOfNetwork(device, await networkData(network), tokenizer);
    expect(found.config).toMatchObject({ hiddenSize: 9, lastHiddenSize: 4, numLayers: 3, tieWeights: true });
    expect(await found.run({ ids: [[1, 2, 3]] })).toEqual(expected);
  });

  it.each([
    [{ lastHiddenSize: 5 }, "tieWeights needs embeddingSize = lastHiddenSize, got 4 and 5"],
    [{ lastHiddenSize: 0 }, "lastHiddenSize is 0, needed a whole number of at least 1"],
    [{ numLayers: 1 }, "lastHiddenSize is 4, needed none with one layer"],
  ])("is refused where it cannot be: %o", (more, message) => {
    expect(() => networkOf(more)).toThrow(message);
  });
});

describe("the settings", () => {
  it("of AWD-LSTM are those that were published: 400-1150-1150-400, 24 million parameters for 10,000 words", () => {
    const { settings } = PRESETS["awd-lstm"];
    const sizes = { hiddenSize: 1150, lastHiddenSize: 400, embeddingSize: 400, numLayers: 3 };
    expect(settings).toMatchObject({ ...sizes, tieWeights: true, vocabSize: 10_000 });
    expect(countParameters({ ...config, ...sizes, vocabularySize: 10_000 })).toBe(24_221_600);
  });

  it("take the embedding's size from the last layer where weights are tied", () => {
    const given = { hiddenSize: 32, lastHiddenSize: 12, numLayers: 2, tieWeights: true };
    expect(resolveSettings(given).embeddingSize).toBe(12);
    expect(() => resolveSettings({ ...given, embeddingSize: 32 })).toThrow(
      "tieWeights needs embeddingSize = lastHiddenSize, got 32 and 12",
    );
    expect(() => resolveSettings({ lastHiddenSize: 12, numLayers: 1 })).toThrow(
      "lastHiddenSize is 12, needed none with one layer; give hiddenSize instead",
    );
  });
});
