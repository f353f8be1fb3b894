import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { median } from "./measure.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const commandLine = join(root, "dist/cli/main.js");

function inTemporaryFolder(body) {
  const folder = mkdtempSync(join(tmpdir(), "unrolled-bench-"));
  return Promise.resolve(body(folder)).finally(() => rmSync(folder, { recursive: true, force: true }));
}

/** Milliseconds from starting `node` on the built command line to the first character that it generated. */
function firstCharacter(rounds) {
  return inTemporaryFolder(async (folder) => {
    const text = join(folder, "text.txt");
    const model = join(folder, "model");
    writeFileSync(text, readFileSync(join(root, "LICENSE"), "utf8").repeat(20));
    const sizes = "--hidden-size 256 --num-layers 2 --steps 1 --batch-size 4 --seq-length 16".split(" ");
    execFileSync(process.execPath, [commandLine, "train", text, "--out", model, ...sizes], {
      stdio: "ignore",
    });
    const times = [];
    // The first start fills the file cache and does not count.
    for (let round = 0; round <= 2 * rounds; round++) times.push(await oneStart(model));
    return median(times.slice(1));
  });
}

function oneStart(model) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const parameters = [
      commandLine,
      "generate",
      model,
      "--prompt",
      "a",
      "--max-new-tokens",
      "20",
      "--seed",
      "1",
    ];
    const child = spawn(process.execPath, parameters, { stdio: ["ignore", "pipe", "ignore"] });
    let milliseconds;
    child.stdout.once("data", () => {
      milliseconds = performance.now() - start;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0 && milliseconds !== undefined) resolve(milliseconds);
      else reject(new Error(`unrolled generate ended with code ${code}`));
    });
  });
}

function compressedKilobytes(bytes) {
  const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  return brotliCompressSync(bytes, { params: quality }).length / 1000;
}

const wasmFile = () => readFileSync(join(root, "build/kernels-core.wasm"));

/**
 * Kilobytes of what a browser fetches to train a language model: browser-entry.mjs bundled and minified, its worker as a module, and
 * one WebAssembly file. What is only imported when it is asked for, such as byte pair encoding or training on the page's own thread,
 * does not count.
 */
async function browserBundle() {
  const { build } = await import("vite");
  // By name: a worker that two others start may be written twice.
  const scripts = new Map();
  const collect = {
    name: "what is fetched at once",
    generateBundle(_, bundle) {
      for (const chunk of fetchedAtOnce(bundle)) scripts.set(chunk.fileName, chunk);
    },
  };
  await build({
    root: fileURLToPath(new URL(".", import.meta.url)),
    configFile: false,
    logLevel: "error",
    plugins: [collect],
    worker: { format: "es", plugins: () => [collect] },
    build: {
      write: false,
      assetsInlineLimit: 0,
      rollupOptions: { input: fileURLToPath(new URL("browser-entry.mjs", import.meta.url)) },
    },
  });
  const chunks = [...scripts.values()];
  if (!chunks.some(({ name }) => name === "browser-worker")) throw new Error("the bundle has no worker");
  const files = [...chunks.map(({ code }) => code), wasmFile()];
  return files.reduce((sum, bytes) => sum + compressedKilobytes(bytes), 0);
}

/** The entry of a bundle, and what that imports before it runs; nothing of the worker that is started for other tasks. */
function fetchedAtOnce(bundle) {
  const fetched = new Set();
  const fetch = (chunk) => {
    if (fetched.has(chunk)) return;
    fetched.add(chunk);
    for (const imported of chunk.imports) fetch(bundle[imported]);
  };
  for (const file of Object.values(bundle))
    if (file.isEntry && file.name !== "browser-task-worker") fetch(file);
  return fetched;
}

/** What is not a speed beside a peer but a promise in milliseconds or kilobytes. */
export const artefacts = [
  { name: "first-character", unit: "ms", atMost: 150, measure: firstCharacter },
  { name: "wasm-size", unit: "kB", atMost: 40, measure: async () => compressedKilobytes(wasmFile()) },
  { name: "browser-size", unit: "kB", atMost: 80, measure: browserBundle },
];

export async function measureArtefact({ name, unit, atMost, measure }, rounds) {
  try {
    if (!existsSync(join(root, "dist/index.js"))) throw new Error("run `npm run build`");
    const value = await measure(rounds);
    return { name, unit, atMost, value, reached: value < atMost };
  } catch (error) {
    return { name, unit, atMost, error: error.message };
  }
}
