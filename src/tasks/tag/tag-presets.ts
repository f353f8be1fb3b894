import type { Presets } from "../preset.ts";

/** The named presets of taggers, as plain data. */
export const TAG_PRESETS: Presets = {
  "noisy-names": {
    description:
      "words and their characters, 96 LSTM units a direction, a CRF: names in a few thousand short texts",
    settings: {
      embeddingSize: 100,
      characterSize: 50,
      hiddenSize: 96,
      epochs: 12,
      learningRate: 0.005,
      dropout: 0.4,
      unknownWords: 0.25,
      recallCost: 2,
      evalEvery: 321,
    },
    measured: {
      result: "span F1 0.332",
      seconds: 271,
      on: "WNUT 2017's development part, one thread of a very busy AMD EPYC with AVX-512 (46 s of the processor)",
      command:
        "unrolled train train.conll --task tag --val dev.conll --preset noisy-names --threads 1 --out models/names",
    },
  },
};
