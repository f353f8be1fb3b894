// `npm start`: trains a character-level LSTM for about a minute on a text that every clone has, the browser's API as TypeScript
// declares it, and says how good it became. Where the model is there already, shows it; `npm start -- --again` trains anew.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { declarationsFile } from "./declarations.mjs";
import { root, setUp } from "./setup.mjs";

const model = "models/browser-api";
const main = join(root, "dist/cli/main.js");
const VALIDATION_FRACTION = 0.1;
/** What suits one minute; the defaults of `unrolled train` are for longer runs. */
const training = [
  ...["--minutes", "1", "--num-layers", "1", "--hidden-size", "256", "--embedding-size", "64"],
  ...["--dropout", "0", "--batch-size", "16", "--learning-rate", "0.01"],
  ...["--val-fraction", String(VALIDATION_FRACTION), "--eval-every", "1000", "--sample-every", "500"],
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
  const text = relative(root, declarationsFile());
  const before = existsSync(model) ? describe() : undefined;
  if (before !== undefined && !again) {
    console.log(`There is a model in ${model} from an earlier run. It writes:\n`);
    const compared = comparison(text);
    await unrolled("generate", model, "--max-new-tokens", "300");
    console.log();
    await close(text, before, compared);
    console.log("\nTo train it again:\n\n  npm start -- --again");
    return 0;
  }
  console.log(
    `Training for a minute on ${text},\nthe browser's API as TypeScript declares it; the last tenth is held out.\n`,
  );
  const compared = comparison(text);
  const exitCode = await unrolled("train", text, "--out", model, "--force", ...training);
  if (exitCode !== 0) return exitCode;
  console.log();
  await close(text, describe(), compared);
  return 0;
}

/** Says how good the model is, where it is, and what to do with it. */
async function close(text, info, compared) {
  if (info?.evaluation) {
    const { gzipAlone, brotliAlone, brotliAfter } = await compared;
    const rows = [
      ["this model", info.evaluation.bitsPerCharacter],
      ["this model, learning as it reads", await dynamicFigure(text)],
      ["gzip -9", gzipAlone],
      ["brotli", brotliAlone],
      ["brotli after the training text", brotliAfter],
    ];
    console.log("Bits per character on the last tenth, which it has not seen:\n");
    for (const [name, bits] of rows) console.log(`  ${name.padEnd(36)}${bits.toFixed(3)}`);
    console.log(
      "\nCompression programs learn from each part of a text once they are through with it. In the second line the\n" +
        "model does so too: unrolled eval --dynamic.\n",
    );
  }
  console.log(`The model is in ${model}, and ${model}/report.html shows how it came about. What to try next:

  npx unrolled generate ${model} --prompt "interface Window"
  npx unrolled predict ${model} "readonly "
  npx unrolled info ${model}
  npx unrolled train YOUR-TEXT.txt --out models/mine`);
}

/** Bits per character of the last tenth by dynamic evaluation. It takes some seconds, so the figure is kept beside the model's hash. */
async function dynamicFigure(path) {
  const kept = join(root, "build/dynamic-evaluation.json");
  const hash = createHash("sha256")
    .update(readFileSync(join(model, "model.safetensors")))
    .digest("hex");
  if (existsSync(kept)) {
    const before = JSON.parse(readFileSync(kept, "utf8"));
    if (before.hash === hash) return before.bitsPerCharacter;
  }
  console.log(
    "Measuring once more, while the model learns from what it has been measured on (some 15 seconds) …\n",
  );
  const heldOut = join(root, "build/last-tenth.txt");
  writeFileSync(heldOut, split(readFileSync(path, "utf8")).heldOut);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [main, "eval", model, heldOut, "--dynamic", "--json"],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr.trim().replace(/^error: /, ""));
  const { bitsPerCharacter } = JSON.parse(stdout);
  writeWhole(kept, JSON.stringify({ hash, bitsPerCharacter }));
  return bitsPerCharacter;
}

/** The part to learn from and the part that is held out, as `unrolled train` cuts a text. */
function split(text) {
  const cut = Math.floor(text.length * (1 - VALIDATION_FRACTION));
  return { learned: text.slice(0, cut), heldOut: text.slice(cut) };
}

function writeWhole(path, content) {
  writeFileSync(`${path}.tmp`, content);
  renameSync(`${path}.tmp`, path);
}

/** What the model's folder says of it; undefined if it cannot be read. */
function describe() {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, "info", model, "--json"], {
    encoding: "utf8",
  });
  if (status === 0) return JSON.parse(stdout);
  console.log(`${stderr.trim()}\n`);
  return undefined;
}

/** The command line, as a user would run it. */
function unrolled(...command) {
  return new Promise((resolve, reject) => {
    running = spawn(process.execPath, [main, ...command], { stdio: "inherit" });
    running.on("error", reject);
    running.on("exit", (code) => resolve(code ?? 130));
  });
}

/**
 * Bits per character of the last tenth as compression programs see it: by itself, and after they have read what comes before.
 * They take seconds, so the figures are kept.
 */
async function comparison(path) {
  const text = readFileSync(path, "utf8");
  const kept = join(root, "build/compression.json");
  const hash = createHash("sha256").update(text).digest("hex");
  if (existsSync(kept)) {
    const before = JSON.parse(readFileSync(kept, "utf8"));
    if (before.hash === hash) return before;
  }
  const { learned, heldOut: lastTenth } = split(text);
  const heldOut = Buffer.from(lastTenth);
  const characters = [...lastTenth].length;
  const brotliBytes = async (input) => {
    const window = { [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS };
    return (await promisify(brotliCompress)(input, { params: window })).length;
  };
  const bits = (bytes) => (8 * bytes) / characters;
  const gzipAlone = bits((await promisify(gzip)(heldOut, { level: 9 })).length);
  const brotliAlone = bits(await brotliBytes(heldOut));
  const whole = await brotliBytes(Buffer.from(text));
  const brotliAfter = bits(whole - (await brotliBytes(Buffer.from(learned))));
  const found = { hash, gzipAlone, brotliAlone, brotliAfter };
  writeWhole(kept, JSON.stringify(found));
  return found;
}
