// Copy memory (Hochreiter & Schmidhuber 1997; Arjovsky et al. 2016): some symbols, a long blank, and then the symbols again.
import {
  batchOf,
  crossEntropy,
  defineTask,
  Embedding,
  Generator,
  GRU,
  ints,
  Linear,
  Module,
  numberOption,
} from "unrolled";

const SYMBOLS = 8;
const HELD_OUT = 64;
const whole = (byDefault, help) => numberOption({ whole: true, atLeast: 1 }, { default: byDefault, help });

class Copier extends Module {
  constructor(device, { hiddenSize }) {
    super();
    this.embedding = new Embedding(device, { vocabularySize: SYMBOLS + 1, embeddingSize: 8 });
    this.rnn = new GRU(device, { inputSize: 8, hiddenSize, dropout: 0.1, numLayers: 2 });
    this.decoder = new Linear(device, { inputSize: hiddenSize, outputSize: SYMBOLS + 1 });
  }

  /** Rows of T numbers each: what is read, and what is to be said. */
  loss(device, rows) {
    const at = (part) => rows[0][part].flatMap((_, t) => rows.map((row) => row[part][t]));
    const shape = [rows[0].reads.length, rows.length];
    const { outputs } = this.rnn.forward(this.embedding.forward(ints(device, at("reads"), shape)));
    return crossEntropy(this.decoder.forward(outputs), ints(device, at("says"), shape));
  }
}

/** The task: learned from examples that are drawn as they are needed. */
export const copyMemory = defineTask({
  name: "copy-memory",
  options: { length: whole(3, "symbols"), delay: whole(5, "blanks between"), hiddenSize: whole(24, "units") },
  loss: "lossNats",
  units: "rows",
  judge: { measure: "lossNats", better: "less" },
  prepare({ device, settings: { seed, batchSize, length, delay, hiddenSize } }) {
    const row = (generator) => {
      const symbols = Array.from({ length }, () => 1 + generator.integer(SYMBOLS));
      const blank = (count) => new Array(count).fill(0);
      return { reads: [...symbols, ...blank(delay + length)], says: [...blank(length + delay), ...symbols] };
    };
    const rows = (count, generator) => Array.from({ length: count }, () => row(generator));
    const heldOut = rows(HELD_OUT, new Generator(seed).fork(3));
    const loss = (model) => device.scope(() => model.loss(device, heldOut).toArray());
    return {
      options: { hiddenSize },
      digest: () => JSON.stringify({ seed, length, delay }),
      batchesPerEpoch: 20,
      batch: ({ epoch, batch }, threads) => batchOf(rows(batchSize, new Generator(seed).fork(4).fork(epoch).fork(batch)), threads),
      measure: async (model) => ({ lossNats: (await loss(model.eval()))[0], ...(model.train(), {}) }),
      baselines: { "a guess": { lossNats: (length * Math.log(SYMBOLS)) / (2 * length + delay) } },
    };
  },
  replica: (device, options) => {
    const model = new Copier(device, options);
    return { model, loss: (rows) => model.loss(device, rows) };
  },
});
