import type { Preset, Presets } from "../preset.ts";

const SENTENCES: Preset = {
  description:
    "words, 64 LSTM units a direction, the largest of each, and each word's own score: few thousand sentences",
  settings: {
    tokenizer: "word",
    vocabSize: 20_000,
    embeddingSize: 100,
    hiddenSize: 64,
    pooling: "max",
    wordScores: true,
    wordDropout: 0.5,
    epochs: 4,
    learningRate: 0.005,
    weightDecay: 0.05,
    averageDecay: 0.995,
  },
  measured: {
    result: "accuracy 0.818",
    seconds: 73,
    on: "SST-2's development part, one thread of a busy AMD EPYC with AVX-512",
    command:
      "unrolled train train_binary_sent.csv --task classify --text sentence --label label --val dev_binary_sent.csv --preset sentences --threads 1 --out models/mood",
  },
};

/** The named presets of classifiers, as plain data. What suits sentences was chosen on SST-2, whose name it has too. */
export const CLASSIFY_PRESETS: Presets = { sentences: SENTENCES, sst2: SENTENCES };
