import { readFileSync } from "node:fs";
import { serve } from "./serve.mjs";

const bytes = readFileSync(new URL("../build/peak.wasm", import.meta.url));
const { multiplyAdd } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
const lanes = 4;
const chains = 7;

await serve({ peer: "peak-wasm", version: `V8 ${process.versions.v8}` }, ({ operations }) => {
  const repetitions = Math.floor(operations / (2 * lanes * chains));
  return () => void multiplyAdd(1, repetitions);
});
