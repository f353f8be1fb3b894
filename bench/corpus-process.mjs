// One measurement of bench/corpus.mjs, in a process of its own: prepares a corpus, or trains on it too. Prints JSON.

import { readFileSync } from "node:fs";
import { prepareCorpus } from "../dist/data/corpus/prepare-corpus.js";
import { textSources } from "../dist/data/corpus/text-source.js";
import { openDocumentStarts, openTokenFile } from "../dist/data/corpus/token-file.js";
import { shuffledDocuments } from "../dist/data/shuffled-documents.js";
import * as unrolled from "../dist/index.js";
import { estimate } from "../dist/models/evaluate.js";

const BATCH_SIZE = 32;
const SEQUENCE_LENGTH = 64;

/** Bytes of resident memory at the highest so far, as Linux tells them. */
function peakMegabytes() {
  const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"));
  return (Number(kibibytes) * 1024) / 1e6;
}

/** Steps spread evenly over an epoch, each reading where an epoch's training would, then a measurement on what is held out. */
async function train({ train, validation, tokenizerJson }, steps) {
  const { LanguageModel, AdamW, Generator, crossEntropy, ints, openDevice, tokenizerFromJSON, tokenStreams } =
    unrolled;
  const tokenizer = tokenizerFromJSON(tokenizerJson);
  const generator = new Generator(1);
  const inOrder = openTokenFile(train);
  const tokens =
    train.documents > 1 ? shuffledDocuments(inOrder, openDocumentStarts(train), generator.fork(0)) : inOrder;
  const streams = tokenStreams(tokens, BATCH_SIZE, SEQUENCE_LENGTH);
  const device = await openDevice();
  const model = new LanguageModel(
    device,
    {
      cell: "lstm",
      nonlinearity: "tanh",
      vocabularySize: tokenizer.vocabularySize,
      embeddingSize: 64,
      hiddenSize: 128,
      numLayers: 2,
      dropout: 0,
      tieWeights: false,
      tokenizer: tokenizer.kind,
    },
    generator,
  );
  const optimiser = new AdamW(model.parameters(), { learningRate: 0.002 });
  const room = () => new Int32Array(BATCH_SIZE * SEQUENCE_LENGTH);
  const [inputs, targets] = [room(), room()];
  let lossNats = 0;
  for (let step = 0; step < steps; step++) {
    const length = streams.batch(Math.floor((step * streams.sequencesPerEpoch) / steps), inputs, targets);
    const tensorOf = (ids) => ints(device, ids.subarray(0, length * BATCH_SIZE), [length, BATCH_SIZE]);
    model.zeroGrad();
    lossNats = device.scope(() => {
      const { logits } = model.forward(tensorOf(inputs), model.initialState(BATCH_SIZE));
      const loss = crossEntropy(logits, tensorOf(targets));
      loss.backward();
      return device.heap.floats()[loss.offset];
    });
    optimiser.step();
  }
  const { characters, unknownTokens } = validation;
  const held = await estimate(model, tokenizer, {
    ids: openTokenFile(validation),
    characters,
    unknownTokens,
  });
  return { lossNats, heldOutNats: held.lossNats };
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
