// Trains the small models of the explorer and stores their weights as halves in web/public, where they are committed:
//   node scripts/explorer-model.mjs --data DIR [NAME …]
// The names are those of the table below, all of them by default. DIR holds the texts of all but "code", which learns from the text of
// `npm start`: tiny-shakespeare/input.txt (karpathy/char-rnn, public domain), names-by-language/*.txt (spro/practical-pytorch, MIT) and
// jsb-chorales/jsb-chorales-quarter.json (Bach's chorales as MIDI pitches a quarter note, czhuang/JSB-Chorales-dataset). The seed and
// the number of steps are fixed, so one machine makes the same models again.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { declarationsFile } from "./declarations.mjs";
import { root, setUp } from "./setup.mjs";

const { values: flags, positionals } = parseArgs({
  options: { data: { type: "string", default: "data" } },
  allowPositionals: true,
});

const NOTES = ["C", "^C", "D", "^D", "E", "F", "^F", "G", "^G", "A", "^A", "B"];

/** Each model's folder in web/public, its text, units, and steps of training. */
const MODELS = {
  code: { folder: "model", text: () => readFileSync(declarationsFile(), "utf8"), units: 128, steps: 12_000 },
  prose: { folder: "models/prose", text: shakespeare, units: 128, steps: 12_000 },
  elman: { folder: "models/elman", text: shakespeare, cell: "elman", units: 128, steps: 8000 },
  names: { folder: "models/names", text: surnames, units: 64, steps: 4000 },
  melodies: { folder: "models/melodies", text: melodies, units: 64, steps: 3000 },
};

setUp();
const { openModel, narrowWeights } = await import(pathToFileURL(join(root, "dist/index.js")).href);
for (const name of positionals.length > 0 ? positionals : Object.keys(MODELS)) {
  const model = MODELS[name];
  if (!model) throw new Error(`there is no model ${name}; there are ${Object.keys(MODELS).join(", ")}`);
  const folder = mkdtempSync(join(tmpdir(), "unrolled-explorer-model-"));
  try {
    writeFileSync(join(folder, "text.txt"), model.text());
    train(folder, model);
    await store(join(folder, "model"), join(root, "web/public", model.folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function train(folder, { units, steps, cell = "lstm" }) {
  const options = {
    ...{ out: join(folder, "model"), cell, "num-layers": 1, "hidden-size": units },
    ...{ "embedding-size": units / 4, steps, "batch-size": 32, "seq-length": 64, "learning-rate": 0.003 },
    ...{ dropout: 0, "val-fraction": 0.1, "eval-every": steps / 4, "sample-every": steps, seed: 1 },
  };
  const words = Object.entries(options).flatMap(([flag, value]) => [`--${flag}`, String(value)]);
  const command = [join(root, "dist/cli/main.js"), "train", join(folder, "text.txt"), ...words];
  const { status } = spawnSync(process.execPath, command, { stdio: "inherit" });
  if (status !== 0) throw new Error(`training failed with exit code ${status}; what went wrong stands above`);
}

/** Writes the model's files, its weights as halves. The model card belongs to the folder of its training. */
async function store(source, out) {
  const trained = await openModel(source, { task: "language" });
  narrowWeights(trained.network, "float16");
  mkdirSync(out, { recursive: true });
  let bytes = 0;
  for (const [name, content] of Object.entries(await trained.files())) {
    if (name === "README.md") continue;
    writeFileSync(join(out, name), content);
    bytes += content.length;
  }
  const { bitsPerCharacter } = trained.evaluation;
  console.log(`${out}: ${bytes} bytes, ${bitsPerCharacter.toFixed(3)} bits per character on the last tenth`);
}

function shakespeare() {
  return readFileSync(join(flags.data, "tiny-shakespeare/input.txt"), "utf8");
}

/** Surnames of all languages, one a line, without accents, in an order that mixes the languages. */
function surnames() {
  const folder = join(flags.data, "names-by-language");
  const names = readdirSync(folder)
    .sort()
    .flatMap((file) => readFileSync(join(folder, file), "utf8").split("\n"))
    .map((name) =>
      name
        .normalize("NFD")
        .replace(/[^A-Za-z' -]/g, "")
        .trim(),
    )
    .filter((name) => name.length > 1);
  return `${mixed([...new Set(names)]).join("\n")}\n`;
}

/** The sopranos of Bach's chorales, a line each, in the letters of ABC notation, one for each quarter. */
function melodies() {
  const {
    train: learnt,
    valid,
    test,
  } = JSON.parse(readFileSync(join(flags.data, "jsb-chorales/jsb-chorales-quarter.json"), "utf8"));
  const sopranos = [...learnt, ...valid, ...test].map((chords) =>
    chords
      .filter((chord) => chord.length > 0)
      .map((chord) => noteOf(Math.max(...chord)))
      .join(""),
  );
  return `${sopranos.join("\n")}\n`;
}

/** A MIDI pitch in ABC notation: middle C, 60, is C, the octave above it has small letters, the next apostrophes. */
function noteOf(pitch) {
  const name = NOTES[pitch % 12];
  const octave = Math.floor(pitch / 12) - 5;
  if (octave <= 0) return name + ",".repeat(-octave);
  return name.toLowerCase() + "'".repeat(octave - 1);
}

/** The same entries in another order, always the same: by multiples of a number that shares no factor with the count. */
function mixed(entries) {
  const { length } = entries;
  const common = (a, b) => (b === 0 ? a : common(b, a % b));
  let stride = Math.floor(0.618 * length);
  while (common(stride, length) !== 1) stride++;
  return entries.map((_, index) => entries[(index * stride) % length]);
}
