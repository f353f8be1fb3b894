// `npm run build && node bench/tokenizers.mjs [--megabytes N]`: each kind of tokenizer learned from a text of 100 MB that is
// read in pieces, in a process of its own: seconds, peak memory, and how fast it encodes and decodes that text again.
// Beside it Hugging Face's JavaScript tokenizer with the same tokenizer.json, on the first megabyte.
import { spawnSync } from "node:child_process";
import { createReadStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import { tokenizerTrainer } from "../dist/data/tokenizers/tokenizer-trainer.js";
import { writeText } from "./tokenizer-text.mjs";

const KINDS = ["char", "byte", "word", "bpe"];
const SEED = 1;
const READ_BYTES = 1 << 20;
const RUN_LETTERS = 10_000_000;
const here = fileURLToPath(import.meta.url);
const realText = fileURLToPath(new URL("../../shared/data/tiny-shakespeare/input.txt", import.meta.url));

const { values } = parseArgs({
  options: {
    megabytes: { type: "string", default: "100" },
    kind: { type: "string" },
    text: { type: "string" },
  },
});
if (values.kind) console.log(JSON.stringify(await measure(values.kind, values.text)));
else compare(Number(values.megabytes));

/** What one kind needs, in this process. */
async function measure(kind, path) {
  let start = performance.now();
  const trainer = tokenizerTrainer({ kind });
  for await (const piece of createReadStream(path, { encoding: "utf8", highWaterMark: READ_BYTES }))
    trainer.add(piece);
  const readSeconds = secondsSince(start);
  const tokenizer = trainer.finish();
  const trainSeconds = secondsSince(start);
  const trainPeakMegabytes = process.resourceUsage().maxRSS / 1024;

  let [tokens, bytes, encodeSeconds, decodeSeconds, decodedUnits, textUnits] = [0, 0, 0, 0, 0, 0];
  let rest = "";
  let first = null;
  for await (const piece of createReadStream(path, { encoding: "utf8", highWaterMark: READ_BYTES })) {
    const text = rest + piece;
    start = performance.now();
    const cut = tokenizer.lastCut(text);
    const head = text.slice(0, cut);
    const ids = tokenizer.encode(head);
    encodeSeconds += secondsSince(start);
    start = performance.now();
    const decoded = tokenizer.decode(ids);
    decodeSeconds += secondsSince(start);
    if (tokenizer.lossless && decoded !== head)
      throw new Error(`${kind}: decoding does not give the text back`);
    first ??= head;
    rest = text.slice(cut);
    tokens += ids.length;
    bytes += Buffer.byteLength(head);
    decodedUnits += decoded.length;
    textUnits += head.length;
  }
  const run = "ab".repeat(RUN_LETTERS / 2);
  start = performance.now();
  tokenizer.encode(run);
  const runSeconds = secondsSince(start);
  return {
    kind,
    vocabularySize: tokenizer.vocabularySize,
    readSeconds,
    trainSeconds,
    trainPeakMegabytes,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
    tokens,
    bytesPerToken: bytes / tokens,
    encodeMegabytesPerSecond: bytes / 1e6 / encodeSeconds,
    decodeMegabytesPerSecond: bytes / 1e6 / decodeSeconds,
    decodedShare: decodedUnits / textUnits,
    runSeconds,
    huggingFaceMegabytesPerSecond: huggingFaceSpeed(tokenizer, first),
  };
}

function huggingFaceSpeed(tokenizer, text) {
  const theirs = new HuggingFaceTokenizer(JSON.parse(JSON.stringify(tokenizer)), {
    clean_up_tokenization_spaces: false,
  });
  const start = performance.now();
  const { ids } = theirs.encode(text);
  const seconds = secondsSince(start);
  const own = tokenizer.encode(text);
  if (ids.length !== own.length || ids.some((id, at) => id !== own[at]))
    throw new Error(`${tokenizer.kind}: Hugging Face's tokenizer encodes otherwise`);
  return Buffer.byteLength(text) / 1e6 / seconds;
}

function compare(megabytes) {
  if (!(megabytes > 0)) {
    console.error(`bench: --megabytes is ${megabytes}, needed more than 0`);
    process.exit(2);
  }
  const folder = mkdtempSync(join(tmpdir(), "unrolled-tokenizers-"));
  try {
    const path = join(folder, "text.txt");
    const bytes = writeText(path, megabytes * 1e6, SEED, realText);
    const results = KINDS.map((kind) => inProcess(kind, path));
    const machine = `${cpus()[0].model}, Node ${process.versions.node}`;
    console.log(`${machine}, ${(bytes / 1e6).toFixed(1)} MB of text`);
    console.table(Object.fromEntries(results.map((result) => [result.kind, row(result)])));
    const out = new URL("results/", import.meta.url);
    mkdirSync(out, { recursive: true });
    writeFileSync(
      new URL("tokenizers.json", out),
      `${JSON.stringify({ machine, bytes, results }, null, 2)}\n`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function inProcess(kind, path) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [here, "--kind", kind, "--text", path], {
    encoding: "utf8",
  });
  if (status === 0) return JSON.parse(stdout);
  console.error(`bench: ${kind} failed: ${stderr}`);
  return process.exit(1);
}

function row(result) {
  return {
    vocabulary: result.vocabularySize,
    "read, s": Number(result.readSeconds.toFixed(2)),
    "trained, s": Number(result.trainSeconds.toFixed(2)),
    "peak of training, MB": Math.round(result.trainPeakMegabytes),
    "bytes/token": Number(result.bytesPerToken.toFixed(2)),
    "encode, MB/s": Number(result.encodeMegabytesPerSecond.toFixed(1)),
    "Hugging Face's, MB/s": Number(result.huggingFaceMegabytesPerSecond.toFixed(2)),
    "decode, MB/s": Number(result.decodeMegabytesPerSecond.toFixed(1)),
    "10 M letters without a break, s": Number(result.runSeconds.toFixed(2)),
  };
}

function secondsSince(start) {
  return (performance.now() - start) / 1000;
}
