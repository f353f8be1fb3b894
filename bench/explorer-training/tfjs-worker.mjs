// The same network as a layers model, its embedding a product with one-hot rows, because TensorFlow.js cannot train a lookup by
// WebAssembly; the rows are there before the clock starts.
import "@tensorflow/tfjs-backend-cpu";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import "@tensorflow/tfjs-backend-webgl";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { answerWith } from "./answer.mjs";

answerWith(async (backend, { hidden, layers: depth, steps, batch, learningRate, clip, vocabulary }) => {
  setWasmPaths(new URL("./tfjs/", globalThis.location.origin).href);
  setThreadsCount(1);
  if (!(await tf.setBackend(backend)) || tf.getBackend() !== backend)
    throw new Error(`there is no backend ${backend} here`);
  await tf.ready();
  const model = sequential();
  model.add(layers.dense({ units: 64, useBias: false, inputShape: [steps, vocabulary] }));
  for (let layer = 0; layer < depth; layer++)
    model.add(
      layers.lstm({
        units: hidden,
        returnSequences: true,
        recurrentActivation: "sigmoid",
        recurrentInitializer: "glorotUniform",
      }),
    );
  model.add(layers.dense({ units: vocabulary }));
  const ids = () =>
    tf.tensor2d(
      Int32Array.from({ length: batch * steps }, (_, index) => (index * 7919) % vocabulary),
      [batch, steps],
      "int32",
    );
  const [xs, targets] = tf.tidy(() => [
    tf.cast(tf.oneHot(ids(), vocabulary), "float32"),
    tf.cast(tf.oneHot(ids(), vocabulary), "float32"),
  ]);
  const optimiser = tf.train.adam(learningRate);
  const loss = () => tf.losses.softmaxCrossEntropy(targets, model.apply(xs, { training: true }));
  const variables = model.trainableWeights.map((weight) => weight.read());
  return async () => {
    const { value, grads } = tf.variableGrads(loss);
    tf.tidy(() => {
      const squares = Object.values(grads).map((gradient) => tf.sum(tf.square(gradient)));
      const norm = tf.sqrt(tf.addN(squares));
      const scale = tf.minimum(1, tf.div(clip, norm));
      optimiser.applyGradients(
        Object.fromEntries(Object.entries(grads).map(([name, gradient]) => [name, tf.mul(gradient, scale)])),
      );
    });
    await value.data();
    tf.dispose([value, ...Object.values(grads)]);
    return variables.length > 0 ? 1 : 0;
  };
});
