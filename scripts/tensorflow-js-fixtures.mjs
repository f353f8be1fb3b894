// Models of TensorFlow.js with what they give, as test/fixtures/keras/tensorflow-js.json, which the tests read and compare with:
// `node scripts/tensorflow-js-fixtures.mjs` after `npm ci` in bench/. Weights and inputs are of four decimals, from a counter.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { tensorflow } from "./tensorflow.mjs";
import { recorder } from "./tensorflow-js-recorder.mjs";

const bench = process.argv[2] ?? fileURLToPath(new URL("../bench", import.meta.url));
const folder = new URL("../test/fixtures/keras/", import.meta.url);
const tf = await tensorflow(bench);
const { layers } = tf;

const { add, cases, drawn, ids, sequential } = recorder(tf);

const xs = drawn([2, 5, 3]);
const first = { inputShape: [null, 3] };

await sequential("simple RNN", [layers.simpleRNN({ units: 4, ...first })], xs);
await sequential(
  "simple RNN, ReLU, all steps",
  [layers.simpleRNN({ units: 4, activation: "relu", returnSequences: true, ...first })],
  xs,
);
await sequential(
  "LSTM",
  [layers.lstm({ units: 4, recurrentActivation: "sigmoid", returnSequences: true, ...first })],
  xs,
);
await sequential("LSTM, hard sigmoid", [layers.lstm({ units: 4, ...first })], xs);
await sequential(
  "LSTM, linear and softsign, without bias",
  [
    layers.lstm({
      units: 3,
      activation: "linear",
      recurrentActivation: "softsign",
      useBias: false,
      returnSequences: true,
      ...first,
    }),
  ],
  xs,
);
await sequential(
  "GRU, reset before",
  [layers.gru({ units: 4, recurrentActivation: "sigmoid", returnSequences: true, ...first })],
  xs,
);
await sequential(
  "GRU, reset before, hard sigmoid and ReLU",
  [layers.gru({ units: 4, activation: "relu", ...first })],
  xs,
);
await sequential(
  "LSTM, backwards",
  [layers.lstm({ units: 4, recurrentActivation: "sigmoid", goBackwards: true, ...first })],
  xs,
);
await sequential(
  "RNN around a cell",
  [layers.rnn({ cell: layers.lstmCell({ units: 4, recurrentActivation: "sigmoid" }), ...first })],
  xs,
);
await sequential(
  "stack",
  [
    layers.lstm({ units: 4, recurrentActivation: "sigmoid", returnSequences: true, ...first }),
    layers.dropout({ rate: 0.5 }),
    layers.spatialDropout1d?.({ rate: 0.5 }) ?? layers.dropout({ rate: 0.25 }),
    layers.gru({ units: 3, recurrentActivation: "sigmoid" }),
    layers.dense({ units: 5, activation: "softmax" }),
  ],
  xs,
);
for (const mergeMode of ["concat", "sum", "ave", "mul"]) {
  for (const returnSequences of [true, false]) {
    await sequential(
      `bidirectional LSTM, ${mergeMode}, ${returnSequences ? "all steps" : "last"}`,
      [
        layers.bidirectional({
          layer: layers.lstm({ units: 3, recurrentActivation: "sigmoid", returnSequences }),
          mergeMode,
          ...first,
        }),
      ],
      xs,
    );
  }
}
await sequential(
  "bidirectional simple RNN",
  [
    layers.bidirectional({
      layer: layers.simpleRNN({ units: 3, returnSequences: true }),
      mergeMode: "concat",
      ...first,
    }),
  ],
  xs,
);
await sequential(
  "ids with padding",
  [
    layers.embedding({ inputDim: 7, outputDim: 3, maskZero: true }),
    layers.lstm({ units: 4, recurrentActivation: "sigmoid" }),
    layers.dense({ units: 2 }),
  ],
  ids([
    [1, 2, 3, 4],
    [5, 6, 0, 0],
    [3, 0, 0, 0],
  ]),
);
const padded = drawn([2, 4, 3]).mul(tf.tensor([1, 1, 1, 0, 1, 1, 0, 0], [2, 4, 1]));
await sequential(
  "masked steps",
  [layers.masking({ maskValue: 0, ...first }), layers.gru({ units: 4, recurrentActivation: "sigmoid" })],
  padded,
);
const gaps = drawn([2, 5, 3]).mul(tf.tensor([0, 1, 0, 0, 1, 1, 0, 1, 1, 0], [2, 5, 1]));
await sequential(
  "masked steps within, all steps",
  [
    layers.masking({ maskValue: 0, ...first }),
    layers.lstm({ units: 4, recurrentActivation: "sigmoid", returnSequences: true }),
    layers.gru({ units: 3, recurrentActivation: "sigmoid" }),
  ],
  gaps,
);
await sequential(
  "masked steps within, outputs at every step",
  [layers.masking({ maskValue: 0, ...first }), layers.simpleRNN({ units: 3, returnSequences: true })],
  gaps,
);
await sequential(
  "padding in front, both directions",
  [
    layers.embedding({ inputDim: 7, outputDim: 3, maskZero: true }),
    layers.bidirectional({
      layer: layers.lstm({ units: 3, recurrentActivation: "sigmoid" }),
      mergeMode: "concat",
    }),
  ],
  ids([
    [0, 0, 3, 4],
    [5, 6, 2, 1],
    [0, 6, 2, 0],
  ]),
);
await sequential(
  "time-distributed",
  [
    layers.timeDistributed({ layer: layers.dense({ units: 4, activation: "tanh" }), ...first }),
    layers.layerNormalization({ epsilon: 1e-5 }),
    layers.timeDistributed({ layer: layers.dense({ units: 2, useBias: false }) }),
  ],
  xs,
);
for (const [name, options] of [
  ["valid", { padding: "valid" }],
  ["valid, stride 2", { padding: "valid", strides: 2 }],
  ["same", { padding: "same" }],
  ["same, even kernel", { padding: "same", kernelSize: 4 }],
  ["same, dilated", { padding: "same", dilationRate: 2 }],
  ["same, stride 2", { padding: "same", strides: 2 }],
]) {
  await sequential(
    `convolution, ${name}`,
    [layers.conv1d({ filters: 4, kernelSize: 3, activation: "relu", ...options, inputShape: [8, 3] })],
    drawn([2, 8, 3]),
  );
}
await sequential(
  "flat",
  [
    layers.reshape({ targetShape: [5, 3], inputShape: [15] }),
    layers.flatten(),
    layers.dense({ units: 6, activation: "relu" }),
    layers.reshape({ targetShape: [2, -1] }),
  ],
  drawn([2, 15]),
);
for (const activation of [
  ...["elu", "selu", "softplus", "softsign", "hardSigmoid", "swish", "sigmoid", "tanh", "linear", "relu"],
]) {
  await sequential(
    `activation ${activation}`,
    [layers.dense({ units: 5, inputShape: [3] }), layers.activation({ activation })],
    drawn([2, 3]).mul(3),
  );
}
await sequential(
  "layers that are activations",
  [
    layers.dense({ units: 5, inputShape: [3] }),
    layers.leakyReLU({ alpha: 0.2 }),
    layers.elu(),
    layers.reLU(),
    layers.softmax(),
  ],
  drawn([2, 3]),
);

await sequential(
  "LSTM, backwards, all steps",
  [
    layers.lstm({
      units: 4,
      recurrentActivation: "sigmoid",
      goBackwards: true,
      returnSequences: true,
      ...first,
    }),
  ],
  xs,
);
for (const kind of ["maxPooling1d", "averagePooling1d"]) {
  for (const padding of ["valid", "same"]) {
    const pooling = layers[kind]({ poolSize: 3, strides: 2, padding, inputShape: [8, 3] });
    await sequential(`${kind}, ${padding}`, [pooling], drawn([2, 8, 3]));
  }
}
for (const kind of ["globalMaxPooling1d", "globalAveragePooling1d"])
  await sequential(
    kind,
    [layers.simpleRNN({ units: 4, returnSequences: true, ...first }), layers[kind]({})],
    xs,
  );
await sequential(
  "autoencoder",
  [
    layers.lstm({ units: 4, recurrentActivation: "sigmoid", ...first }),
    layers.repeatVector({ n: 3 }),
    layers.lstm({ units: 3, recurrentActivation: "sigmoid", returnSequences: true }),
    layers.timeDistributed({ layer: layers.dense({ units: 2 }) }),
  ],
  xs,
);
{
  const source = tf.input({ shape: [null, 3], name: "source" });
  const target = tf.input({ shape: [null, 2], name: "target" });
  const options = { units: 4, recurrentActivation: "sigmoid", returnState: true };
  const [, h, c] = layers.lstm({ ...options, name: "encoder" }).apply(source);
  const decoder = layers.lstm({ ...options, returnSequences: true, name: "decoder" });
  const [steps, , last] = decoder.apply(target, { initialState: [h, c] });
  const model = tf.model({
    inputs: [source, target],
    outputs: [layers.dense({ units: 2 }).apply(steps), last],
  });
  await add("encoder and decoder", model, [xs, drawn([2, 4, 2])]);
  const gru = layers.gru({
    units: 3,
    recurrentActivation: "sigmoid",
    returnState: true,
    returnSequences: true,
  });
  const [all, state] = gru.apply(source);
  await add("GRU with its state", tf.model({ inputs: [source], outputs: [state, all] }), [xs]);
}

{
  const a = tf.input({ shape: [null, 3], name: "a" });
  const b = tf.input({ shape: [null, 3], name: "b" });
  const shared = layers.lstm({
    units: 4,
    recurrentActivation: "sigmoid",
    returnSequences: true,
    name: "shared",
  });
  const [left, right] = [shared.apply(a), shared.apply(b)];
  const merged = ["add", "multiply", "average", "concatenate"].map((kind) =>
    layers[kind]().apply([left, right]),
  );
  const joined = layers.concatenate().apply(merged);
  const last = layers.gru({ units: 3, recurrentActivation: "sigmoid" }).apply(joined);
  const head = layers.dense({ units: 2, activation: "sigmoid", name: "head" }).apply(last);
  await add(
    "functional: two inputs, a shared layer, merges, two outputs",
    tf.model({ inputs: [a, b], outputs: [head, joined] }),
    [xs, drawn([2, 5, 3])],
  );
}

mkdirSync(folder, { recursive: true });
const text = cases.map((one) => JSON.stringify(one)).join(",\n");
writeFileSync(new URL("tensorflow-js.json", folder), `[\n${text}\n]\n`);
console.log(`${cases.length} models`);
