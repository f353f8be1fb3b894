// Installs and compiles what `npm run bench` compares with: `npm run bench:setup [-- --peers onednn,pytorch]`.
// Without --peers every peer is asked for. Ends with a code other than 0 if one of them is missing.

import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compilePeakWasm } from "./peak-wasm-build.mjs";
import { peaks, peers, selectPeers } from "./peers.mjs";

const folder = fileURLToPath(new URL(".", import.meta.url));
const { values: options } = parseArgs({ options: { peers: { type: "string" } } });
const wanted = selectPeers(options.peers);

function attempt(what, command, parameters, environment = {}) {
  console.log(`${what} …`);
  try {
    execFileSync(command, parameters, {
      cwd: folder,
      stdio: "inherit",
      env: { ...process.env, ...environment },
    });
  } catch (error) {
    console.error(`${what}: ${error.code === "ENOENT" ? `no ${command} here` : error.message}`);
  }
}

// What was compiled before must not stand in for what does not compile now.
for (const file of ["peak", "peak.wasm", ...wanted]) rmSync(`${folder}build/${file}`, { force: true });
mkdirSync(`${folder}build`, { recursive: true });
const compiler = process.env.CXX || "g++";
attempt("compile the native peak", compiler, [
  "-O3",
  "-std=c++17",
  "-march=native",
  "peak.cpp",
  "-o",
  "build/peak",
]);
console.log("compile the WebAssembly peak …");
try {
  writeFileSync(`${folder}build/peak.wasm`, await compilePeakWasm());
} catch (error) {
  console.error(error.message);
}
if (wanted.includes("onednn")) {
  const parameters = ["-O2", "-std=c++17", "peers/onednn.cpp", "-ldnnl", "-o", "build/onednn"];
  attempt("compile the oneDNN peer", compiler, parameters);
}
if (wanted.some((name) => name.startsWith("onnxruntime") || name.startsWith("tfjs"))) {
  // The package carries its CPU library; only the CUDA one would be fetched by its install script.
  attempt("install the npm peers", "npm", ["ci"], { ONNXRUNTIME_NODE_INSTALL: "skip" });
}

let missing = 0;
console.log("");
for (const [name, { problem }] of [
  ...Object.entries(peaks).map(([engine, peak]) => [`peak (${engine})`, peak]),
  ...wanted.filter((name) => name !== "unrolled").map((name) => [name, peers[name]]),
]) {
  const reason = problem();
  if (reason !== null) missing++;
  console.log(`${name.padEnd(18)} ${reason === null ? "ready" : `missing: ${reason}`}`);
}
process.exitCode = missing === 0 ? 0 : 1;
