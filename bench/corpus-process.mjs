// One measurement of bench/corpus.mjs, in a process of its own: prepares a corpus, or trains on it too. Prints JSON.

import { readFileSync } from "node:fs";
import { prepareCorpus } from "../dist/data/corpus/prepare-corpus.js";
import { textSources } from "../dist/data/corpus/text-source.js";
import { train as trainModel } from "../dist/index.js";

/** Bytes of resident memory at the highest so far, as Linux tells them. */
function peakMegabytes() {
  const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"));
  return (Number(kibibytes) * 1024) / 1e6;
}

/**
 * Trains in the worker, documents in another order if there are several, up to the first measurement on what is held out; the exact one at
 * a run's end would walk through all of it.
 */
async function train(prepared, steps) {
  const settings = {
    tokenizer,
    hiddenSize: 128,
    embeddingSize: 64,
    dropout: 0,
    shuffle: "documents",
    budget: { steps: steps + 1 },
    evalEvery: steps,
    sampleEvery: 0,
  };
  for await (const event of trainModel({ data: prepared, settings })) {
    if (event.type === "eval") return { step: event.step, heldOutNats: event.lossNats };
  }
  throw new Error("training ended without a measurement");
}

const { does, path, tokenizer, cacheFolder, steps } = JSON.parse(process.argv[2]);
const prepared = await prepareCorpus({
  sources: await textSources([path]),
  valFraction: 0.1,
  tokenizer: { kind: tokenizer },
  cacheFolder,
});
const { train: training, validation, wasCached } = prepared;
const losses = does === "train" ? await train(prepared, steps) : {};
const tokens = training.length + validation.length;
console.log(
  JSON.stringify({
    peakMegabytes: peakMegabytes(),
    tokens,
    documents: training.documents,
    wasCached,
    ...losses,
  }),
);
