// Trains the recogniser of spoken digits that the explorer listens with, and stores it in web/public with a sample that espeak-ng speaks:
//   node scripts/digits/digit-model.mjs --recordings DIR [--work DIR]
// DIR holds the Free Spoken Digit Dataset (github.com/Jakobovski/free-spoken-digit-dataset, CC BY-SA 4.0), of which the training part is
// used; without it every string is spoken by espeak-ng (apt-get install espeak-ng). The seed is fixed, so one machine makes the same again.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { root, setUp } from "../setup.mjs";

const { values: flags } = parseArgs({
  options: { recordings: { type: "string" }, work: { type: "string" } },
});
const work = flags.work ?? mkdtempSync(join(tmpdir(), "unrolled-digits-"));
const out = join(root, "web/public/models/digits");

setUp();
strings("train", 2000, 1);
strings("val", 100, 2);
const [first, model] = [join(work, "first"), join(work, "model")];
train(first, ["--epochs", "10", "--seed", "1"]);
train(model, ["--epochs", "16", "--seed", "2", "--eval-every", "250", "--from", first]);
await store();

/** Strings of digits in a folder of their own, unless they are there. */
function strings(name, count, seed) {
  const folder = join(work, name);
  if (existsSync(join(folder, "digits.csv"))) return;
  const recordings = flags.recordings === undefined ? [] : ["--recordings", flags.recordings];
  const script = join(root, "scripts/digits/make-strings.ts");
  const sizes = ["--count", String(count), "--seed", String(seed)];
  run("npx", ["tsx", script, "--out", folder, ...sizes, ...recordings]);
}

/** Trains for some epochs, in which the learning rate falls to zero; a second time begins with what the first has learned. */
function train(to, more) {
  run(process.execPath, [
    ...[
      join(root, "dist/cli/main.js"),
      "train",
      join(work, "train"),
      "--val",
      join(work, "val"),
      "--out",
      to,
    ],
    ...[
      "--task",
      "transcribe",
      "--no-bidirectional",
      "--sample-rate",
      "8000",
      "--filters",
      "24",
      "--no-energy",
    ],
    ...["--deltas", "0", "--stride", "3", "--hidden-size", "80", "--num-layers", "2", "--dropout", "0.1"],
    ...["--batch-size", "8", "--learning-rate", "0.003", "--threads", "1", ...more],
  ]);
}

/** The model's files with its weights as halves, and the sample. */
async function store() {
  const { narrowWeights, openModel } = await import(pathToFileURL(join(root, "dist/index.js")).href);
  const trained = await openModel(model);
  narrowWeights(trained.network, "float16");
  mkdirSync(out, { recursive: true });
  let bytes = 0;
  for (const [name, content] of Object.entries(await trained.files())) {
    if (name === "README.md") continue;
    writeFileSync(join(out, name), content);
    bytes += content.length;
  }
  console.log(`${out}: ${bytes} bytes`);
  const sample = join(root, "web/public/digits-sample.wav");
  run("npx", ["tsx", join(root, "scripts/digits/make-sample.ts"), sample]);
}

function run(command, words) {
  const { status } = spawnSync(command, words, { stdio: "inherit", cwd: root });
  if (status !== 0)
    throw new Error(`${command} ${words[0]} ended with exit code ${status}; what went wrong stands above`);
}
