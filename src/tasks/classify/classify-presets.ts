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

const SURNAMES: Preset = {
  description: "characters, 128 LSTM units a direction, the largest of each, and each one's own score: names",
  settings: {
    tokenizer: "char",
    distinct: true,
    pooling: "max",
    hiddenSize: 128,
    wordDropout: 0.05,
    dropout: 0.3,
    learningRate: 0.004,
    epochs: 6,
    averageDecay: 0.998,
    wordScores: true,
  },
  measured: {
    result: "accuracy 0.768",
    seconds: 105,
    on: "surnames of 18 languages, a tenth of the distinct ones held out, one thread of a busy AMD EPYC with AVX-512",
    command:
      "unrolled train names/ --task classify --preset surnames --test-fraction 0.1 --threads 1 --out models/origin",
  },
};

/** The named presets of classifiers, as plain data. What suits sentences was chosen on SST-2, whose name it has too. */
export const CLASSIFY_PRESETS: Presets = { sentences: SENTENCES, sst2: SENTENCES, surnames: SURNAMES };
