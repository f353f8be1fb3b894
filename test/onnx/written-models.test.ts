// A trained language model out of its checkpoint, and a trained classifier, written as ONNX and run elsewhere.

import {
  Adam,
  crossEntropy,
  type Device,
  Generator,
  ints,
  Network,
  type NetworkConfig,
  openDevice,
  openModel,
  tensor,
  trainTokenizer,
  zeros,
} from "unrolled";
import { writeOnnx } from "unrolled/formats/onnx";
import { networkData } from "unrolled/network";
import { languageLoss } from "unrolled/training";
import { beforeAll, expect, test } from "vitest";
import { openOnnx } from "../../src/formats/onnx/graph.ts";
import { networkFiles, openNetworkFolder } from "../../src/models/network-folder.ts";
import { modelFiles } from "../../src/tasks/language/folder/language-folder.ts";
import { exportedNetwork } from "../../src/tasks/language/model/exported-network.ts";
import { languageNetwork, modelWith } from "../language-parts.ts";
import { expectClose, runInBoth, runInOnnxRuntime } from "./runtime.ts";

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});

test("a trained language model's checkpoint predicts the same, and goes on where it was, step by step", async () => {
  const text = "to be or not to be, that is the question. ".repeat(3);
  const tokenizer = trainTokenizer({ kind: "char", text });
  const ids = tokenizer.encode(text);
  const V = tokenizer.vocabularySize;
  const model = languageNetwork(device, {
    ...{ cell: "lstm", nonlinearity: "tanh", vocabularySize: V, embeddingSize: 12, hiddenSize: 12 },
    ...{ numLayers: 2, dropout: 0.1, tieWeights: true, tokenizer: "char" },
  });
  const optimiser = new Adam(model.parameters(), { learningRate: 0.02 });
  const T = ids.length - 1;
  const [read, target] = [ints(device, ids.slice(0, T), [T, 1]), ints(device, ids.slice(1), [T, 1])];
  const losses: number[] = [];
  for (let step = 0; step < 60; step++) {
    model.zeroGrad();
    const lossNats = device.scope(() => {
      const { loss } = languageLoss(model, read, target);
      loss.backward();
      return loss;
    });
    optimiser.step();
    losses.push(await lossNats.item());
  }
  expect(losses[59]).toBeLessThan(0.7 * losses[0]);

  const opened = await openModel(await modelFiles(modelWith(model, tokenizer)), { device, task: "language" });
  const file = writeOnnx(await exportedNetwork(opened));
  const steps = ids.slice(0, 12);
  const { outputs, state } = opened.network.forward({ ids: ints(device, steps, [12, 1]) });
  const session = openOnnx(device, file).session();
  let carried = { h: zeros(device, [2, 1, 12]), c: zeros(device, [2, 1, 12]) };
  const [theirs, ours]: [number[], number[]] = [[], []];
  for (const id of steps) {
    // Here the states are found by their names.
    ours.push(...(session.step({ ids: { dims: [1, 1], data: [id] } }).logits.data as Float32Array));
    const made = await runInOnnxRuntime(file, {
      ids: ints(device, [id], [1, 1]),
      "rnn.h_0": carried.h,
      "rnn.c_0": carried.c,
    });
    theirs.push(...made.logits.data);
    const [h, c] = ["rnn.h_n", "rnn.c_n"].map((name) => tensor(device, made[name].data, made[name].shape));
    carried = { h, c };
  }
  for (const numbers of [theirs, ours])
    expectClose(
      { shape: [12, 1, V], data: Float32Array.from(numbers) },
      [12, 1, V],
      await outputs.logits.toArray(),
    );
  expectClose(
    { shape: [2, 1, 12], data: await carried.h.toArray() },
    [2, 1, 12],
    await state.rnn.h.toArray(),
  );
});

test("a classifier of sequences of unequal length is trained, saved, opened and written", async () => {
  const config: NetworkConfig = {
    inputs: [{ name: "xs", axes: ["B", "T", 1], kind: "float" }],
    layers: [
      {
        name: "gru",
        inputs: ["xs"],
        config: {
          kind: "gru",
          options: { inputSize: 1, hiddenSize: 8, direction: "bidirectional", batchFirst: true },
          returns: "last",
        },
      },
      { name: "head", inputs: ["gru"], config: { kind: "linear", inputSize: 16, outputSize: 2, bias: true } },
    ],
    outputs: [{ name: "logits", from: "head" }],
  };
  // Whether the sum of a sequence's numbers is above 0; what stands behind its end must not matter.
  const generator = new Generator(8);
  const [B, T] = [32, 6];
  const lengths = Array.from({ length: B }, (_, b) => 1 + (b % T));
  const numbers = generator.evenly(B * T, 1)!;
  const classes = lengths.map((length, b) =>
    numbers.slice(b * T, b * T + length).reduce((sum, x) => sum + x, 0) > 0 ? 1 : 0,
  );
  const xs = tensor(device, numbers, [B, T, 1]);
  const network = new Network(device, config, { generator });
  const optimiser = new Adam(network.parameters(), { learningRate: 0.02 });
  let loss = Number.POSITIVE_INFINITY;
  for (let step = 0; step < 80; step++) {
    network.zeroGrad();
    const made = device.scope(() => {
      const cost = crossEntropy(network.forward({ xs }, { lengths }).outputs.logits, ints(device, classes));
      cost.backward();
      return cost;
    });
    optimiser.step();
    loss = await made.item();
  }
  expect(loss).toBeLessThan(0.3);

  const files = await networkFiles(network);
  const { network: opened } = await openNetworkFolder(device, async (name) => files[name]);
  const { logits } = opened.forward({ xs }, { lengths }).outputs;
  const file = writeOnnx(await networkData(opened), { lengths: true });
  for (const made of await runInBoth(device, file, { xs, lengths: { int32: lengths } }))
    expectClose(made.logits, [B, 2], await logits.toArray());
});
