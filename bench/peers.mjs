import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const node = (script, ...options) => ({ command: process.execPath, parameters: [path(script), ...options] });
const needsFile = (file, remedy) => () => (existsSync(path(file)) ? null : `${remedy} (${file} is missing)`);
const needsPackage = (name) => needsFile(`node_modules/${name}/package.json`, "run `npm run bench:setup`");

/** Debian's PyTorch belongs to Debian's own interpreter, whichever `python3` comes first on the path. */
const python = "/usr/bin/python3";

function torchProblem() {
  try {
    execFileSync(python, ["-c", "import torch"], { stdio: "ignore" });
    return null;
  } catch {
    return `${python} cannot import torch: \`apt-get install python3-torch\``;
  }
}

/** How each peer is started, and `problem()`: what is missing and how to get it, or null. */
export const peers = {
  unrolled: {
    ...node("peers/unrolled.mjs"),
    problem: needsFile("../dist/index.js", "run `npm run build`"),
  },
  "unrolled-float32": {
    ...node("peers/unrolled.mjs", "--float32"),
    problem: needsFile("../dist/index.js", "run `npm run build`"),
  },
  onednn: {
    command: path("build/onednn"),
    parameters: [],
    problem: needsFile("build/onednn", "`apt-get install g++ libdnnl-dev`, then `npm run bench:setup`"),
  },
  pytorch: { command: python, parameters: [path("peers/pytorch.py")], problem: torchProblem },
  "onnxruntime-node": { ...node("peers/onnxruntime-node.mjs"), problem: needsPackage("onnxruntime-node") },
  "onnxruntime-web": { ...node("peers/onnxruntime-web.mjs"), problem: needsPackage("onnxruntime-web") },
  "tfjs-wasm": { ...node("peers/tfjs-wasm.mjs"), problem: needsPackage("@tensorflow/tfjs-backend-wasm") },
};

/** The measures of the machine itself, which every run needs. */
export const peaks = {
  native: {
    command: path("build/peak"),
    parameters: [],
    problem: needsFile("build/peak", "`apt-get install g++`, then `npm run bench:setup`"),
  },
  wasm: {
    ...node("peers/peak-wasm.mjs"),
    problem: needsFile("build/peak.wasm", "run `npm run bench:setup`"),
  },
};

/** Splits `--peers a,b`; throws with the names there are. */
export function selectPeers(list) {
  const names = list === undefined ? Object.keys(peers) : list.split(",").filter(Boolean);
  const unknown = names.filter((name) => !(name in peers));
  if (unknown.length > 0) {
    throw new Error(`unknown peer ${unknown.join(", ")}; there are ${Object.keys(peers).join(", ")}`);
  }
  return names;
}
