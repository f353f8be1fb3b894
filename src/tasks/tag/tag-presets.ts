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
      epochs: 15,
      learningRate: 0.005,
    },
    measured: {
      result: "span F1 0.366",
      seconds: 240,
      on: "WNUT 2017's development part, within that time on two threads of a busy AMD EPYC with AVX-512",
      command:
        "unrolled train train.conll --task tag --val dev.conll --preset noisy-names --threads 2 --out models/names",
    },
  },
};
