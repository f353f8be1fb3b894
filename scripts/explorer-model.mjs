// Trains the small model that the explorer opens with and stores it as halves in web/public/model, where it is committed:
//   node scripts/explorer-model.mjs
// It learns from the text of `npm start`. The seed and the number of steps are fixed, so one machine makes the same model again.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { declarationsFile } from "./declarations.mjs";
import { root, setUp } from "./setup.mjs";

const OUT = join(root, "web/public/model");
const sizes = ["--cell", "lstm", "--num-layers", "1", "--hidden-size", "128", "--embedding-size", "32"];
const training = [
  ...["--steps", "12000", "--batch-size", "32", "--seq-length", "64", "--learning-rate", "0.003"],
  ...[
    "--dropout",
    "0",
    "--val-fraction",
    "0.1",
    "--eval-every",
    "3000",
    "--sample-every",
    "9000",
    "--seed",
    "1",
  ],
];

setUp();
const folder = mkdtempSync(join(tmpdir(), "unrolled-explorer-model-"));
try {
  const model = join(folder, "model");
  const main = join(root, "dist/cli/main.js");
  const command = [main, "train", declarationsFile(), "--out", model, ...sizes, ...training];
  const { status } = spawnSync(process.execPath, command, { stdio: "inherit" });
  if (status !== 0) throw new Error(`training failed with exit code ${status}; what went wrong stands above`);
  await store(model);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Writes the model's files, its weights as halves. The model card belongs to the folder of its training. */
async function store(source) {
  const library = await import(pathToFileURL(join(root, "dist/index.js")).href);
  const trained = await library.openModel(source, { task: "language" });
  library.narrowWeights(trained.network, "float16");
  mkdirSync(OUT, { recursive: true });
  let bytes = 0;
  for (const [name, content] of Object.entries(await trained.files())) {
    if (name === "README.md") continue;
    writeFileSync(join(OUT, name), content);
    bytes += content.length;
  }
  const { bitsPerCharacter } = trained.evaluation;
  console.log(`${OUT}: ${bytes} bytes, ${bitsPerCharacter.toFixed(3)} bits per character on the last tenth`);
}
