/** Settings that go together under a name. */
export interface Preset {
  readonly description: string;
  /** The options of `unrolled train` that it stands for; what it does not name keeps its default. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** What it gave and took, where it has been run; missing where it has not. */
  readonly measured?: {
    /** On what is held out. */
    readonly result: string;
    readonly seconds: number;
    /** Text and machine. */
    readonly on: string;
    readonly command: string;
  };
}

/** The named presets, as plain data. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  tiny: {
    description: "characters, 1 x 128 LSTM: a first model within a minute",
    settings: {
      tokenizer: "char",
      cell: "lstm",
      hiddenSize: 128,
      numLayers: 1,
      embeddingSize: 64,
      dropout: 0.1,
      seqLength: 32,
      batchSize: 32,
      steps: 4000,
      optimizer: "adamw",
      learningRate: 0.005,
      lrSchedule: "cosine",
      evalEvery: 1000,
      sampleEvery: 1000,
    },
    measured: {
      result: "1.642 nats per character",
      seconds: 20,
      on: "Shakespeare (1.1 MB), two threads of an Intel Xeon with AVX-512",
      command: "unrolled train shakespeare.txt --out models/tiny --preset tiny",
    },
  },
  "char-small": {
    description: "characters, 2 x 256 LSTM for nine and a half minutes, about a megabyte of text",
    settings: {
      tokenizer: "char",
      cell: "lstm",
      hiddenSize: 256,
      numLayers: 2,
      embeddingSize: 128,
      dropout: 0.3,
      seqLength: 64,
      batchSize: 32,
      minutes: 9.5,
      optimizer: "adamw",
      learningRate: 0.005,
      lrSchedule: "cosine",
      gradClip: 1,
      weightDecay: 0.01,
    },
    measured: {
      result: "1.496 nats per character",
      seconds: 574,
      on: "Shakespeare (1.1 MB), one thread of an Intel Xeon with AVX-512",
      command: "unrolled train shakespeare.txt --out models/shakespeare --preset char-small --threads 1",
    },
  },
  names: {
    description: "characters of names with a category each, 1 x 256 LSTM for ten times through",
    settings: {
      condition: "label",
      tokenizer: "char",
      cell: "lstm",
      hiddenSize: 256,
      numLayers: 1,
      epochs: 10,
      evalEvery: 565,
    },
    measured: {
      result: "1.849 nats per character, 2.111 without the condition",
      seconds: 66,
      on: "20,050 surnames of 18 languages, two threads of a busy Intel Xeon with AVX-512",
      command: "unrolled train names/ --out models/names --preset names --threads 2",
    },
  },
  // Zaremba, Sutskever & Vinyals, "Recurrent neural network regularization", 2014: the small, unregularised model for the Penn
  // Treebank. Their loss is a sum over the 35 steps, ours a mean, so their rate of 1 is 35 here and their norm of 5 is 5/35.
  "zaremba-small": {
    description: "words, 2 x 200 LSTM without dropout (Zaremba et al. 2014)",
    settings: {
      tokenizer: "word",
      vocabSize: 10_000,
      cell: "lstm",
      hiddenSize: 200,
      numLayers: 2,
      embeddingSize: 200,
      embeddingRange: 0.1,
      dropout: 0,
      seqLength: 35,
      batchSize: 20,
      epochs: 13,
      ...{
        optimizer: "sgd",
        learningRate: 35,
        gradClip: 0.143,
        lrSchedule: "decay",
        lrDecayFrom: 4,
        lrFactor: 0.5,
      },
      // An epoch of the Penn Treebank.
      weightDecay: 0,
      evalEvery: 1327,
    },
    measured: {
      result: "13 epochs",
      seconds: 1028,
      on: "973,000 generated words, two threads of an Intel Xeon with AVX-512",
      command:
        "node bench/generated-words.mjs words.txt; unrolled train words.txt --out models/zaremba --preset zaremba-small --val-fraction 0.0737",
    },
  },
  // Merity, Keskar & Socher, "Regularizing and optimizing LSTM language models", ICLR 2018, with their values for the Penn Treebank.
  // 400-1150-1150-400: the last layer is as large as the embedding, so that embedding and output share one matrix.
  "awd-lstm": {
    description: "words, AWD-LSTM of 1150, 1150 and 400 units, embedding 400, tied (Merity et al. 2018)",
    settings: {
      tokenizer: "word",
      vocabSize: 10_000,
      cell: "lstm",
      hiddenSize: 1150,
      numLayers: 3,
      lastHiddenSize: 400,
      embeddingSize: 400,
      tieWeights: true,
      embeddingRange: 0.1,
      embeddingDropout: 0.1,
      inputDropout: 0.4,
      layerDropout: 0.3,
      outputDropout: 0.4,
      lockedDropout: true,
      weightDrop: 0.5,
      activationRegularization: 2,
      temporalActivationRegularization: 1,
      seqLength: 70,
      batchSize: 40,
      epochs: 500,
      optimizer: "nt-asgd",
      learningRate: 30,
      lrSchedule: "constant",
      gradClip: 0.25,
      // An epoch of the Penn Treebank.
      weightDecay: 1.2e-6,
      evalEvery: 332,
    },
  },
};
