// `node bench/corpus.mjs [-- options]`: how much memory a text takes that is larger than memory. Texts are generated, prepared
// into token files and trained on for some steps, each in a process of its own whose peak of resident memory the system tells.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { arch, cpus, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { writeText } from "./corpus-text.mjs";

const LIMIT_MEGABYTES = 1000;

function parseOptions() {
  try {
    const { values } = parseArgs({
      options: {
        sizes: { type: "string", default: "30,300,3000" },
        tokenizer: { type: "string", default: "char" },
        "json-lines": { type: "boolean", default: false },
        steps: { type: "string", default: "60" },
        folder: { type: "string", default: tmpdir() },
      },
    });
    const sizes = values.sizes.split(",").map(Number);
    if (!sizes.every((size) => size > 0)) throw new Error(`--sizes is ${values.sizes}, needed megabytes`);
    const steps = Number(values.steps);
    if (!Number.isInteger(steps) || steps < 1)
      throw new Error(`--steps is ${values.steps}, needed 1 or more`);
    return {
      sizes,
      steps,
      tokenizer: values.tokenizer,
      jsonLines: values["json-lines"],
      folder: values.folder,
    };
  } catch (error) {
    console.error(`bench: ${error.message}`);
    process.exit(2);
  }
}

const { sizes, steps, tokenizer, jsonLines, folder } = parseOptions();

/** Needs room for the text and at most four bytes a token, of which a text of words has at most every second. */
const needed = Math.max(...sizes) * 1e6 * 3;
const { bavail, bsize } = statfsSync(folder);
if (bavail * bsize < needed) {
  console.error(
    `bench: ${folder} has ${(bavail * bsize) / 1e6} MB free, needed ${needed / 1e6}; give --folder`,
  );
  process.exit(1);
}

const program = fileURLToPath(new URL("./corpus-process.mjs", import.meta.url));
const ask = (request) => {
  const started = performance.now();
  const answer = JSON.parse(
    execFileSync(process.execPath, [program, JSON.stringify(request)], { encoding: "utf8" }),
  );
  return { ...answer, seconds: (performance.now() - started) / 1000 };
};

const place = mkdtempSync(join(folder, "unrolled-bench-"));
process.on("exit", () => rmSync(place, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));

const results = [];
for (const megabytes of sizes) {
  const path = join(place, jsonLines ? "text.jsonl" : "text.txt");
  writeText(path, megabytes * 1e6, jsonLines);
  const cacheFolder = join(place, "cache");
  const request = { path, tokenizer, cacheFolder, steps };
  const prepared = ask({ ...request, does: "prepare" });
  const again = ask({ ...request, does: "prepare" });
  const trained = ask({ ...request, does: "train" });
  const { size } = statSync(path);
  results.push({ bytes: size, prepared, again, trained });
  rmSync(path);
  rmSync(cacheFolder, { recursive: true });
}

const column = (text) => String(text).padStart(14);
const row = (...texts) => console.log(texts.map(column).join(""));
console.log(
  `${tokenizer} tokens of generated ${jsonLines ? "JSON lines" : "text"}; Node ${process.version}, ${cpus()[0].model}; peaks of resident memory in MB, ` +
    `${steps} steps of a 2 × 128 LSTM\n`,
);
row("text MB", "tokens", "documents", "prepare s", "MB/s", "peak", "again s", "peak", "train peak");
for (const { bytes, prepared, again, trained } of results) {
  row(
    (bytes / 1e6).toFixed(0),
    prepared.tokens.toLocaleString("en-US"),
    prepared.documents.toLocaleString("en-US"),
    prepared.seconds.toFixed(1),
    (bytes / 1e6 / prepared.seconds).toFixed(0),
    prepared.peakMegabytes.toFixed(0),
    again.seconds.toFixed(1),
    again.peakMegabytes.toFixed(0),
    trained.peakMegabytes.toFixed(0),
  );
}

const output = new URL("./results/", import.meta.url);
mkdirSync(output, { recursive: true });
const machine = { node: process.version, platform: platform(), arch: arch(), cpu: cpus()[0].model };
const name = `corpus-${tokenizer}${jsonLines ? "-json-lines" : ""}.json`;
writeFileSync(
  new URL(name, output),
  `${JSON.stringify({ machine, tokenizer, jsonLines, steps, results }, null, 2)}\n`,
);

const largest = Math.max(
  ...results.flatMap(({ prepared, trained }) => [prepared.peakMegabytes, trained.peakMegabytes]),
);
console.log(`\nThe highest peak is ${largest.toFixed(0)} MB, the limit ${LIMIT_MEGABYTES} MB.`);
process.exit(largest < LIMIT_MEGABYTES ? 0 : 1);
