import type { Presets } from "../preset.ts";

/** What the nine networks of Graves, Mohamed & Hinton 2013 have in common, on 123 numbers a frame. */
const GRAVES = {
  features: "fbank",
  filters: 40,
  energy: true,
  deltas: 2,
  normalize: "training",
  tokenizer: "whitespace",
  bias: "single",
  dropout: 0,
  optimizer: "sgd",
  momentum: 0.9,
  // 1e-4 of the loss of an utterance, which here is divided by its labels, about forty.
  learningRate: 0.004,
  lrSchedule: "constant",
  gradClip: 0,
  batchSize: 1,
} as const;

const graves = (description: string, settings: Readonly<Record<string, string | number | boolean>>) => ({
  description: `${description} (Graves, Mohamed & Hinton 2013, table 1)`,
  settings: { ...GRAVES, ...(settings.cell ? {} : { cell: "lstm", peepholes: true }), ...settings },
});

const transducer = { loss: "transducer", numLayers: 3, hiddenSize: 250, predictionSize: 250, jointSize: 250 };

/** The named presets of recognisers, as plain data. */
export const TRANSCRIBE_PRESETS: Presets = {
  "few-hours": {
    description: "2 x 128 LSTM units each way over three frames a step, CTC: an hour or few of sound",
    settings: {
      stride: 3,
      cell: "lstm",
      hiddenSize: 128,
      numLayers: 2,
      dropout: 0.3,
      normalize: "utterance",
      batchSize: 8,
      learningRate: 0.002,
      epochs: 40,
    },
    measured: {
      result: "word error rate 0.205, character error rate 0.108",
      seconds: 3390,
      on: "AN4, eight speakers held out, one thread of a very busy AMD EPYC with AVX-512",
      command:
        "unrolled train feat/an4_clstk etc/an4_train.transcription --task transcribe --val-fraction 0.108 --preset few-hours --threads 1 --out models/an4",
    },
  },
  "ctc-3l-500h-tanh": graves("3 x 500 tanh units each way, CTC", {
    cell: "elman",
    numLayers: 3,
    hiddenSize: 500,
  }),
  "ctc-1l-250h": graves("1 x 250 LSTM units each way, CTC", { numLayers: 1, hiddenSize: 250 }),
  "ctc-1l-622h": graves("1 x 622 LSTM units each way, CTC", { numLayers: 1, hiddenSize: 622 }),
  "ctc-2l-250h": graves("2 x 250 LSTM units each way, CTC", { numLayers: 2, hiddenSize: 250 }),
  "ctc-3l-421h-uni": graves("3 x 421 LSTM units forwards, CTC", {
    numLayers: 3,
    hiddenSize: 421,
    bidirectional: false,
  }),
  "ctc-3l-250h": graves("3 x 250 LSTM units each way, CTC", { numLayers: 3, hiddenSize: 250 }),
  "ctc-5l-250h": graves("5 x 250 LSTM units each way, CTC", { numLayers: 5, hiddenSize: 250 }),
  "trans-3l-250h": graves("3 x 250 LSTM units each way, transducer", transducer),
  "pretrans-3l-250h": graves(
    "3 x 250 LSTM units each way, transducer, to go on with --from a model of ctc-3l-250h",
    transducer,
  ),
};
