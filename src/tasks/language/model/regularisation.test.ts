import { describe, expect, it } from "vitest";
import { languageNetwork, modelWith, weightOf } from "../../../../test/language-parts.ts";
import { trainTokenizer } from "../../../data/tokenizers/train-tokenizer.ts";
import type { Dropout } from "../../../layers/dropout.ts";
import type { Embedding } from "../../../layers/embedding.ts";
import { crossEntropy } from "../../../losses/cross-entropy.ts";
import { zeroState } from "../../../networks/carried-state.ts";
import type { Network } from "../../../networks/network.ts";
import { Generator } from "../../../random/philox.ts";
import type { Recurrent } from "../../../recurrent/recurrent.ts";
import { openDevice } from "../../../tensor/device.ts";
import { linear } from "../../../tensor/operations/products.ts";
import { ints } from "../../../tensor/tensor.ts";
import { modelFiles } from "../folder/language-folder.ts";
import { openLanguageModel } from "../folder/open-language-model.ts";
import { languageLoss, type Penalties } from "./language-loss.ts";
import type { LanguageModelConfig } from "./language-model-config.ts";

const device = await openDevice({ backend: "wasm" });
const tokenizer = trainTokenizer({ kind: "char", text: "abcdefghij" });
const plain: LanguageModelConfig = {
  cell: "lstm",
  nonlinearity: "tanh",
  vocabularySize: tokenizer.vocabularySize,
  embeddingSize: 7,
  hiddenSize: 9,
  numLayers: 2,
  dropout: 0,
  tieWeights: false,
  tokenizer: "char",
};
const modelOf = (more: Partial<LanguageModelConfig>) =>
  languageNetwork(device, { ...plain, ...more }, new Generator(3));
const ids = ints(device, [0, 1, 2, 3, 4, 5, 6, 7, 1, 1], [5, 2]);
const targets = ints(device, [2, 3, 4, 5, 6, 7, 1, 1, 0, 2], [5, 2]);
const logitsOf = (model: Network) => model.forward({ ids }).outputs.logits.toArray();
const dropAt = (model: Network, name: string) => model.layers.get(name) as Dropout;

describe("what a language model drops", () => {
  it.each<Partial<LanguageModelConfig>>([
    { embeddingDropout: 0.5 },
    { inputDropout: 0.5 },
    { layerDropout: 0.5 },
    { outputDropout: 0.5 },
    { weightDrop: 0.5 },
  ])("%j drops while training, anew each time, and nothing when evaluating", async (more) => {
    const model = modelOf(more);
    const first = await logitsOf(model);
    expect(await logitsOf(model)).not.toEqual(first);
    model.eval();
    const evaluated = await logitsOf(model);
    expect(evaluated).toEqual(await logitsOf(model));
    expect(first).not.toEqual(evaluated);
  });

  it("is `dropout` where nothing else is said, and else what is said", async () => {
    const all = { inputDropout: 0.4, layerDropout: 0.4, outputDropout: 0.4 };
    const expected = await logitsOf(modelOf({ dropout: 0.4 }));
    expect(await logitsOf(modelOf(all))).toEqual(expected);
    for (const name of ["inputDropout", "layerDropout", "outputDropout"] as const)
      expect(await logitsOf(modelOf({ dropout: 0.4, [name]: 0 })), name).not.toEqual(expected);
    const none = { inputDropout: 0, layerDropout: 0, outputDropout: 0 };
    expect(await logitsOf(modelOf({ dropout: 0.4, ...none }))).toEqual(await logitsOf(modelOf({})));
  });

  it.each(["inputDropout", "outputDropout"] as const)(
    "%s is locked over time where asked for",
    async (name) => {
      const locked = modelOf({ [name]: 0.5, lockedDropout: true });
      const drop = name === "inputDropout" ? dropAt(locked, "dropBefore") : dropAt(locked, "dropAfter");
      expect(drop.locked).toBe(true);
      expect(await logitsOf(locked)).not.toEqual(await logitsOf(modelOf({ [name]: 0.5 })));
      expect(dropAt(modelOf({ [name]: 0.5 }), "dropAfter").locked).toBe(false);
    },
  );

  it("goes on with the same masks in another model that was given its places", async () => {
    const more = { dropout: 0.3, embeddingDropout: 0.2, weightDrop: 0.2 };
    const [first, second] = [modelOf(more), modelOf(more)];
    await logitsOf(first);
    const places = first.dropoutPlaces();
    expect([...places.keys()].sort()).toEqual(
      ["dropAfter", "dropBefore", "dropWords"]
        .map((name) => `${name}.place`)
        .concat("rnn.betweenLayers.0", "rnn.recurrentWeights.0", "rnn.recurrentWeights.1"),
    );
    const keys = [...places.values()].map((place) => `${place.state()!.seed} ${place.state()!.place}`);
    expect(new Set(keys).size).toBe(6);
    for (const [name, place] of second.dropoutPlaces()) place.restore(places.get(name)!.state());
    expect(await logitsOf(second)).toEqual(await logitsOf(first));
  });

  it.each(["embeddingDropout", "inputDropout", "layerDropout", "outputDropout", "weightDrop"])(
    "%s beyond its range is refused",
    (name) => {
      expect(() => modelOf({ [name]: 1 })).toThrow(`language model: ${name} is 1, needed 0 to below 1`);
    },
  );
});

describe("the loss of a language model", () => {
  it.each<[Penalties, boolean, boolean]>([
    [{}, false, false],
    [{ activationRegularization: 2 }, true, false],
    [{ temporalActivationRegularization: 3 }, false, true],
    [{ activationRegularization: 2, temporalActivationRegularization: 3 }, true, true],
  ])("with %j", async (penalties, activation, temporal) => {
    const [model, same] = [modelOf({ outputDropout: 0.5 }), modelOf({ outputDropout: 0.5 })];
    const state = zeroState(model, 2);
    const { loss, lossNats, state: after } = languageLoss(model, ids, targets, state, penalties);
    const [encoder, rnn] = [same.layers.get("encoder") as Embedding, same.layers.get("rnn") as Recurrent];
    const { outputs, state: expected } = rnn.forward(encoder.forward(ids), { state: state.rnn });
    const dropped = dropAt(same, "dropAfter").forward(outputs);
    const logits = linear(dropped, weightOf(same, "decoder.weight"), weightOf(same, "decoder.bias"));
    const nats = await crossEntropy(logits, targets).item();
    const [h, masked] = [await outputs.toArray(), await dropped.toArray()];
    const meanSquare = (numbers: Float32Array) =>
      numbers.reduce((sum, entry) => sum + entry * entry, 0) / numbers.length;
    const width = 2 * 9;
    const changes = h.slice(width).map((entry, index) => entry - h[index]);
    expect(await lossNats.item()).toBeCloseTo(nats, 6);
    expect(await loss.item()).toBeCloseTo(
      nats + (activation ? 2 * meanSquare(masked) : 0) + (temporal ? 3 * meanSquare(changes) : 0),
      5,
    );
    expect(await after.rnn.h.toArray()).toEqual(await expected.h.toArray());
    // Both come back as gradients.
    device.scope(() => languageLoss(model, ids, targets, state, penalties).loss.backward());
    expect(weightOf(model, "rnn.weight_hh_l1").grad).toBeDefined();
  });

  it("refuses a penalty that is none", () => {
    expect(() =>
      languageLoss(modelOf({}), ids, targets, undefined, { activationRegularization: -1 }),
    ).toThrow("loss: activationRegularization is -1, needed a number of at least 0");
    expect(() =>
      languageLoss(modelOf({}), ids, targets, undefined, { temporalActivationRegularization: Number.NaN }),
    ).toThrow("temporalActivationRegularization is NaN");
  });
});

describe("config.json", () => {
  const files = (more: Partial<LanguageModelConfig>) => modelFiles(modelWith(modelOf(more), tokenizer));
  const parsed = (bytes: Uint8Array) =>
    JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  const opened = (given: Record<string, Uint8Array>) =>
    openLanguageModel(device, async (name) => given[name]);

  it("keeps what is dropped", async () => {
    const more = { embeddingDropout: 0.1, outputDropout: 0.4, lockedDropout: true, weightDrop: 0.5 };
    const saved = await files(more);
    expect(parsed(saved["config.json"])).toMatchObject({
      embedding_dropout: 0.1,
      output_dropout: 0.4,
      locked_dropout: true,
      weight_drop: 0.5,
    });
    expect((await opened(saved)).config).toEqual({ ...plain, ...more });
  });

  it("without these keys means what it meant before there were any", async () => {
    const saved = await files({ dropout: 0.4 });
    expect(Object.keys(parsed(saved["config.json"])).filter((key) => /drop/.test(key))).toEqual(["dropout"]);
    const { network, config } = await opened(saved);
    expect(config).toEqual({ ...plain, dropout: 0.4 });
    expect(["dropBefore", "dropAfter", "dropWords"].map((name) => dropAt(network, name).probability)).toEqual(
      [0.4, 0.4, 0],
    );
  });

  it("gives no two places of an opened model one key", async () => {
    const { network } = await opened(await files({ dropout: 0.4, weightDrop: 0.5 }));
    const keys = [...network.dropoutPlaces().values()].map((place) => JSON.stringify(place.state()));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each([
    ["locked_dropout", 1, /config\.json: locked_dropout is 1, needed a boolean/],
    ["weight_drop", "a", /config\.json: weight_drop is "a", needed a number/],
    ["weight_drop", 1, /config\.json: .*weightDrop is 1/],
  ])("with %s %j is refused", async (key, value, message) => {
    const saved = await files({});
    const json = { ...parsed(saved["config.json"]), [key]: value };
    saved["config.json"] = new TextEncoder().encode(JSON.stringify(json));
    await expect(opened(saved)).rejects.toThrow(message);
  });
});
