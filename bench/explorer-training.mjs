// `npm run bench:training [-- --seconds S]`: characters a second that the explorer trains on, beside TensorFlow.js in the same browser: a
// character model of 2 × 128 LSTM units, batch 32, sequences of 64, clipped, Adam, each in one worker on one thread. TensorFlow.js
// runs on each of its backends, and its fastest one counts. They take turns, and each figure is the median of the rounds.
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "vite";
import { declarationsFile } from "../scripts/declarations.mjs";
import { openChromium, serve } from "../test/browser.ts";
import { median } from "./measure.mjs";

const { values } = parseArgs({ options: { seconds: { type: "string", default: "8" } } });
const seconds = Number(values.seconds);
if (!(seconds > 0)) {
  console.error(`bench: --seconds is ${values.seconds}, needed more than 0`);
  process.exit(2);
}
const ROUNDS = 3;
const GOAL = 15;
const PEERS = [
  ["unrolled", "wasm"],
  ["tfjs", "wasm"],
  ["tfjs", "cpu"],
  ["tfjs", "webgl"],
];

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const text = readFileSync(declarationsFile(), "utf8").slice(0, 200_000);
const setup = {
  ...{ cell: "lstm", layers: 2, hidden: 128, optimiser: "adam", learningRate: 0.002, clip: 1, seed: 1 },
  ...{ steps: 64, batch: 32, text, vocabulary: new Set(text).size + 1 },
};

const folder = mkdtempSync(join(tmpdir(), "unrolled-bench-training-"));
await build({
  configFile: path("../web/vite.config.ts"),
  root: path("./explorer-training"),
  publicDir: false,
  logLevel: "error",
  build: { outDir: folder, emptyOutDir: true },
});
cpSync(path("./node_modules/@tensorflow/tfjs-backend-wasm/dist"), join(folder, "tfjs"), {
  recursive: true,
  filter: (file) => !/\.(js|ts|map)$/.test(file),
});
const [browser, site] = await Promise.all([openChromium(), serve(folder)]);
const { version } = JSON.parse(
  readFileSync(path("./node_modules/@tensorflow/tfjs-core/package.json"), "utf8"),
);
console.log(
  `Chromium ${browser.version()}, ${cpus()[0].model}, one thread each; TensorFlow.js ${version}; webgl without a GPU`,
);
try {
  const page = await browser.newPage();
  await page.goto(site.url);
  await page.waitForFunction("globalThis.measure");
  const found = new Map(PEERS.map((peer) => [peer.join(" "), []]));
  const failed = new Map();
  for (let round = 0; round < ROUNDS; round++)
    for (const [peer, backend] of PEERS) {
      const name = `${peer} ${backend}`;
      if (failed.has(name)) continue;
      const answer = await page.evaluate(
        ([peer, backend, setup, seconds]) => globalThis.measure(peer, backend, setup, seconds),
        [peer, backend, setup, seconds],
      );
      if (answer.error) failed.set(name, answer.error);
      else found.get(name).push((setup.steps * setup.batch) / answer.seconds);
    }
  for (const [name, rates] of found)
    console.log(
      `${name.padEnd(16)}${failed.has(name) ? failed.get(name) : `${Math.round(median(rates)).toLocaleString("en").padStart(10)} characters a second`}`,
    );
  const of = (name) => (failed.has(name) ? 0 : median(found.get(name)));
  const best = Math.max(...PEERS.slice(1).map((peer) => of(peer.join(" "))));
  const times = of("unrolled wasm") / best;
  console.log(`${times.toFixed(1)} × its fastest; goal ${GOAL} ×: ${times >= GOAL ? "met" : "missed"}`);
} finally {
  await browser.close();
  site.close();
  rmSync(folder, { recursive: true, force: true });
}
