import { fileURLToPath } from "node:url";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { serve } from "./serve.mjs";

setWasmPaths(fileURLToPath(new URL("../node_modules/@tensorflow/tfjs-backend-wasm/dist/", import.meta.url)));
setThreadsCount(1);
await tf.setBackend("wasm");
await tf.ready();

await serve(
  { peer: "tfjs-wasm", version: tf.version_core, blas: "XNNPACK, WebAssembly SIMD" },
  ({ mode, cell, T, B, I, H, L }) => {
    if (cell !== "lstm" || (mode !== "inference" && mode !== "training")) {
      throw new Error(`tfjs-wasm: no ${mode} of ${cell} (inference and training of lstm only)`);
    }
    const model = sequential();
    for (let layer = 0; layer < L; layer++) {
      model.add(
        layers.lstm({
          units: H,
          returnSequences: true,
          recurrentActivation: "sigmoid",
          recurrentInitializer: "glorotUniform",
          ...(layer === 0 ? { inputShape: [T, I] } : {}),
        }),
      );
    }
    const xs = tf.variable(tf.randomUniform([B, T, I], -1, 1, "float32", 1));
    const dys = tf.randomUniform([B, T, H], -1, 1, "float32", 2);
    if (mode === "inference") {
      return () => tf.tidy(() => void model.apply(xs).dataSync());
    }
    // The input is a variable too, so the gradients of ⟨ys, dys⟩ are those of input, weights and biases.
    return () =>
      tf.tidy(() => {
        const { grads } = tf.variableGrads(() => tf.sum(tf.mul(model.apply(xs, { training: true }), dys)));
        for (const gradient of Object.values(grads)) gradient.dataSync();
      });
  },
);
