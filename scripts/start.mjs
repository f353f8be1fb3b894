// `npm start`: trains a character-level LSTM for about a minute on a text that every clone has, the browser's API as TypeScript
// declares it, and says how good it became on declarations that it has not seen. Where the model is there already, shows it;
// `npm start -- --again` trains anew.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { compressedBits } from "./compressed-bits.mjs";
import { declarationDocuments, declarationsFile } from "./declarations.mjs";
import { root, setUp } from "./setup.mjs";

const model = "models/browser-api";
const texts = "build/browser-api";
const learnedFile = `${texts}/learned.txt`;
const heldOutFile = `${texts}/held-out.txt`;
const main = join(root, "dist/cli/main.js");
/** Of the declarations: nothing is learned from these, and nothing is chosen by them. */
const HELD_OUT_SHARE = 0.1;
/** What suits one minute; the defaults of `unrolled train` are for longer runs. */
const training = [
  ...["--minutes", "1", "--num-layers", "1", "--hidden-size", "256", "--embedding-size", "64"],
  ...["--dropout", "0", "--batch-size", "16", "--learning-rate", "0.01"],
  ...["--val-fraction", "0.05", "--eval-every", "500", "--sample-every", "500"],
];

const parameters = process.argv.slice(2);
if (parameters.some((parameter) => parameter !== "--again")) {
  console.error(`error: npm start takes nothing but -- --again, got ${parameters.join(" ")}`);
  process.exit(2);
}
let running;
// A Ctrl-C is for the training, which saves what it has; this waits for it.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => running?.kill(signal));

try {
  setUp();
  process.chdir(root);
  process.exitCode = await start(parameters.includes("--again"));
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = error.exitCode ?? 1;
}

async function start(again) {
  const { learned, heldOut } = writeTexts();
  if (isThere() && !again) {
    console.log(`There is a model in ${model} from an earlier run. It writes:\n`);
    await unrolled("generate", model, "--max-new-tokens", "300");
    console.log();
    await close(learned, heldOut);
    console.log("\nTo train it again:\n\n  npm start -- --again");
    return offerPage();
  }
  console.log(
    `Training for a minute on ${learned.length.toLocaleString("en")} declarations of the browser's API (${basename(declarationsFile())}).\n` +
      `Another ${heldOut.length}, drawn at random, are held out.\n`,
  );
  const exitCode = await unrolled("train", learnedFile, "--out", model, "--force", ...training);
  if (exitCode !== 0) return exitCode;
  console.log();
  await close(learned, heldOut);
  return offerPage();
}

/** Offers to look inside the model in the browser, where somebody is there to answer. */
async function offerPage() {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return 0;
  const asking = createInterface({ input: process.stdin, output: process.stdout });
  // Ctrl-C and the end of the input are a no.
  const answer = await new Promise((resolve) => {
    asking.on("close", () => resolve("n"));
    asking.question("\nLook inside it in the browser now? [Y/n] ", resolve);
  });
  asking.close();
  return /^\s*(y|yes)?\s*$/i.test(answer) ? unrolled("explore", model) : 0;
}

/** Cuts the declarations in two, and writes both parts. */
function writeTexts() {
  const documents = declarationDocuments(readFileSync(declarationsFile(), "utf8"));
  const cut = Math.round(documents.length * (1 - HELD_OUT_SHARE));
  const [learned, heldOut] = [documents.slice(0, cut), documents.slice(cut)];
  mkdirSync(texts, { recursive: true });
  writeWhole(learnedFile, textOf(learned));
  writeWhole(heldOutFile, textOf(heldOut));
  return { learned, heldOut };
}

function textOf(documents) {
  return `${documents.join("\n\n")}\n`;
}

/** Says how good the model is, where it is, and what to do with it. */
async function close(learned, heldOut) {
  const bits = await figures(textOf(learned), textOf(heldOut));
  const rows = [
    ["the model", bits.plain],
    ["the model, learning as it reads", bits.dynamic],
    ["gzip -9", bits.gzipAlone],
    ["brotli", bits.brotliAlone],
    ["brotli after what the model learned from", bits.brotliAfter],
  ];
  console.log(
    `Bits per character on the ${heldOut.length} declarations that it has not seen (fewer are better):\n`,
  );
  for (const [name, value] of rows) console.log(`  ${name.padEnd(42)}${value.toFixed(3)}`);
  console.log(`
Compression programs learn from a text while they read it. In the first line
the model does not; in the second it does: unrolled eval --dynamic.

The model is in ${model}, and ${model}/report.html shows how it came about. What to try next:

  npx unrolled generate ${model} --prompt "interface Window"
  npx unrolled predict ${model} "readonly "
  npx unrolled info ${model}
  npx unrolled train YOUR-TEXT.txt --out models/mine

To look inside: in the browser, how far back it remembers, and a report of its
states and gates.

  npx unrolled explore ${model}
  npx unrolled reach ${model} ${heldOutFile}
  npx unrolled inspect ${model} ${heldOutFile}`);
}

/** All that is measured takes a quarter of a minute, so it is kept beside the hash of what it was measured on. */
async function figures(learned, heldOut) {
  const kept = join(root, "build/start-figures.json");
  const weights = readFileSync(join(model, "model.safetensors"));
  const hash = createHash("sha256").update(weights).update(learned).update(heldOut).digest("hex");
  if (existsSync(kept)) {
    const before = JSON.parse(readFileSync(kept, "utf8"));
    if (before.hash === hash) return before;
  }
  console.log("Measuring it, as it is and while it learns from what it reads (some 15 seconds) …\n");
  const compressed = await compressedBits(learned, heldOut);
  const found = { hash, plain: measured(), dynamic: measured("--dynamic"), ...compressed };
  writeWhole(kept, JSON.stringify(found));
  return found;
}

/** Bits per character of the held-out declarations, as `unrolled eval` finds them. */
function measured(...flags) {
  const command = [main, "eval", model, heldOutFile, "--json", ...flags];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr.trim().replace(/^error: /, ""));
  return JSON.parse(stdout).bitsPerCharacter;
}

function writeWhole(path, content) {
  writeFileSync(`${path}.tmp`, content);
  renameSync(`${path}.tmp`, path);
}

/** Whether the folder has a model that can be read; what is wrong with one is said. */
function isThere() {
  if (!existsSync(model)) return false;
  const { status, stderr } = spawnSync(process.execPath, [main, "info", model, "--json"], {
    encoding: "utf8",
  });
  if (status !== 0) console.log(`${stderr.trim()}\n`);
  return status === 0;
}

/** The command line, as a user would run it. */
function unrolled(...command) {
  return new Promise((resolve, reject) => {
    running = spawn(process.execPath, [main, ...command], { stdio: "inherit" });
    running.on("error", reject);
    running.on("exit", (code) => resolve(code ?? 130));
  });
}
