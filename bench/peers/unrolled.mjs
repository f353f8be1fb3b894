import { readFileSync } from "node:fs";
import "../relaxed-simd.mjs";
import * as unrolled from "../../dist/index.js";
import { serve } from "./serve.mjs";
import { prepareKernel } from "./unrolled-kernels.mjs";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
const cells = { elman: unrolled.RNN, gru: unrolled.GRU, lstm: unrolled.LSTM };
const devices = {};

async function deviceFor(engine) {
  devices[engine] ??= await unrolled.openDevice({ backend: engine });
  return devices[engine];
}

/** Numbers in ±1, the same every time. */
function numbers(length) {
  const values = new Float32Array(length);
  let state = 1;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = state / 2 ** 31 - 1;
  }
  return values;
}

const tokensOf = (length, V) => Int32Array.from(numbers(length), (x) => Math.floor(((x + 1) / 2) * V));

/** `--float32` is Unrolled beside itself, its weights as they were: what fewer bits are measured against. */
const asFloat32 = process.argv.includes("--float32");
const narrowed = (model, { precision }) =>
  precision && !asFloat32 ? unrolled.narrowWeights(model, precision) : model;

function layer(device, workload) {
  const { cell, I, H, L } = workload;
  return narrowed(new cells[cell](device, { inputSize: I, hiddenSize: H, numLayers: L }), workload);
}

/** Steps with the classes that earlier builds have, for comparisons between versions. */
function streamOfBefore(layers, batchSize, x, y) {
  const session = new unrolled.RecurrentSession(layers, { batchSize });
  return () => session.step(x, y);
}

/** An LSTM over characters, as this build or an earlier one has it. */
function languageModel(device, tokenizer, sizes, workload) {
  const { vocabularySize } = tokenizer;
  const options = { cell: "lstm", nonlinearity: "tanh", dropout: 0, tieWeights: false, tokenizer: "char" };
  const config = { ...options, ...sizes, vocabularySize };
  if (!unrolled.NetworkModel) {
    const model = new unrolled.LanguageModel(device, config).eval();
    return { model: narrowed(model, workload), tokenizer };
  }
  const network = new unrolled.Network(device, unrolled.languageModel(config)).eval();
  return new unrolled.LanguageModel({ network: narrowed(network, workload), config, tokenizer });
}

const modes = {
  inference(device, workload) {
    const { T, B, I } = workload;
    const rnn = layer(device, workload);
    const xs = unrolled.tensor(device, numbers(T * B * I), [T, B, I]);
    const read = () => device.withoutGradients(() => void rnn.forward(xs));
    return () => device.scope(read);
  },

  training(device, workload) {
    const { T, B, I, H } = workload;
    const rnn = layer(device, workload);
    const xs = unrolled.tensor(device, numbers(T * B * I), [T, B, I], { requiresGrad: true });
    const dys = unrolled.tensor(device, numbers(T * B * H), [T, B, H]);
    const parameters = rnn.parameters();
    return () => {
      xs.zeroGrad();
      rnn.zeroGrad();
      device.scope(() => rnn.forward(xs).outputs.backward(dys));
      // Weights change every step, so what was derived from them is made again; the optimiser's own time is not counted.
      for (const parameter of parameters) parameter.changed();
    };
  },

  stream(device, workload) {
    const { T, B, I, H } = workload;
    const layers = layer(device, workload);
    const x = numbers(T * B * I);
    const y = new Float32Array(B * H);
    if (!layers.session) return streamOfBefore(layers, B, x, y);
    const session = layers.session({ batchSize: B });
    const [inputs, outputs] = [{ x }, { y }];
    return () => session.stepInto(inputs, outputs);
  },

  sessions(device, workload) {
    const { B, I, H } = workload;
    const layers = layer(device, workload);
    const [x, y] = [numbers(B * I), new Float32Array(B * H)];
    const pool = layers.pool?.({ capacity: B }) ?? new unrolled.SessionPool(layers, { capacity: B });
    const sessions = Array.from({ length: B }, () => pool.open());
    if (!pool.stepInto) return () => pool.step(sessions, x, y);
    const [inputs, outputs] = [{ x }, { y }];
    return () => pool.stepInto(sessions, inputs, outputs);
  },

  "language-model"(device, { T, B, I, H, L, V, optimizer: optimizerName }) {
    const { Embedding, LSTM, Linear, AdamW, SGD, clipGradNorm, crossEntropy } = unrolled;
    const encoder = new Embedding(device, { vocabularySize: V, embeddingSize: I });
    const rnn = new LSTM(device, { inputSize: I, hiddenSize: H, numLayers: L });
    const decoder = new Linear(device, { inputSize: H, outputSize: V });
    const parameters = [encoder, rnn, decoder].flatMap((module) => module.parameters());
    const optimizer =
      optimizerName === "adamw"
        ? new AdamW(parameters, { learningRate: 2e-3 })
        : new SGD(parameters, { learningRate: 1 });
    const inputs = unrolled.ints(device, tokensOf(T * B, V), [T, B]);
    const targets = unrolled.ints(device, tokensOf(T * B, V), [T, B]);
    const [h, c] = [0, 1].map(() => unrolled.zeros(device, [L, B, H]));
    return () => {
      optimizer.zeroGrad();
      device.scope(() => {
        const { outputs, state } = rnn.forward(encoder.forward(inputs), { state: { h, c } });
        const loss = crossEntropy(decoder.forward(outputs), targets);
        loss.backward();
        h.assign(state.h);
        c.assign(state.c);
        return device.heap.floats()[loss.offset];
      });
      clipGradNorm(parameters, 5);
      optimizer.step();
    };
  },

  generate(device, workload) {
    const { T, I, H, L, V } = workload;
    // A vocabulary of V: the characters from U+0020 on and `<unk>`.
    const text = String.fromCodePoint(...Array.from({ length: V - 1 }, (_, place) => 32 + place));
    const tokenizer = unrolled.trainTokenizer({ kind: "char", text });
    const model = languageModel(
      device,
      tokenizer,
      { embeddingSize: I, hiddenSize: H, numLayers: L },
      workload,
    );
    const options = { maxNewTokens: T, temperature: 0.8, seed: 1 };
    return async () => {
      for await (const _ of unrolled.generate(model, " ", options));
    };
  },
};

await serve(
  { peer: asFloat32 ? "unrolled-float32" : "unrolled", version, blas: "its own" },
  async (workload) => {
    const device = await deviceFor(workload.engine);
    return workload.mode === "kernel"
      ? prepareKernel(device, workload)
      : modes[workload.mode](device, workload);
  },
);
