import { createRequire } from "node:module";
import * as ort from "onnxruntime-node";
import { prepare } from "./onnxruntime.mjs";
import { serve } from "./serve.mjs";

const { version } = createRequire(import.meta.url)("onnxruntime-node/package.json");
const options = {
  executionProviders: ["cpu"],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: "sequential",
  graphOptimizationLevel: "all",
};

await serve({ peer: "onnxruntime-node", version, blas: "MLAS" }, (workload) =>
  prepare(ort, options, workload),
);
