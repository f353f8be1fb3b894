import { readFileSync } from "node:fs";
import * as ort from "onnxruntime-web";
import { prepare } from "./onnxruntime.mjs";
import { serve } from "./serve.mjs";

const manifest = new URL("../node_modules/onnxruntime-web/package.json", import.meta.url);
const { version } = JSON.parse(readFileSync(manifest, "utf8"));
ort.env.wasm.numThreads = 1;

await serve({ peer: "onnxruntime-web", version, blas: "MLAS, WebAssembly SIMD" }, (workload) =>
  prepare(ort, { executionProviders: ["wasm"], graphOptimizationLevel: "all" }, workload),
);
