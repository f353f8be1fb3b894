// Copy memory (Hochreiter & Schmidhuber 1997; Arjovsky et al. 2016): some symbols, a long blank, and then the symbols again.
import { crossEntropy, defineTask, Embedding, Generator, GRU, ints, Linear, Module } from "unrolled";
import { batchOf, numberOption } from "unrolled/training";

const [SYMBOLS, whole] = [8, (said) => numberOption({ whole: true, atLeast: 1 }, said)];

class Copier extends Module {
  constructor(device, hiddenSize) {
    super();
    this.device = device;
    this.embedding = new Embedding(device, { vocabularySize: SYMBOLS + 1, embeddingSize: 8 });
    this.rnn = new GRU(device, { inputSize: 8, hiddenSize, numLayers: 2, dropout: 0.1 });
    this.decoder = new Linear(device, { inputSize: hiddenSize, outputSize: SYMBOLS + 1 });
  }

  /** Of rows of T numbers each: what is read, and what is to be said. */
  loss(rows) {
    const [steps, numbers] = [rows[0].reads.length, (part) => (_, t) => rows.map((row) => row[part][t])];
    const at = (part) => ints(this.device, rows[0][part].flatMap(numbers(part)), [steps, rows.length]);
    const { outputs } = this.rnn.forward(this.embedding.forward(at("reads")));
    return crossEntropy(this.decoder.forward(outputs), at("says"));
  }
  async lossNats(rows) {
    return (await this.device.scope(() => this.loss(rows)).toArray())[0];
  }
}

export const copyMemory = defineTask({
  name: "copy-memory",
  options: {
    length: whole({ default: 3, help: "symbols" }),
    delay: whole({ default: 5, help: "blanks between" }),
    hiddenSize: whole({ default: 24, help: "units" }),
  },
  loss: "lossNats",
  units: "rows",
  judge: { measure: "lossNats", better: "less" },
  prepare({ settings: { seed, batchSize, length, delay, hiddenSize } }) {
    const [draws, blank] = [new Generator(seed), Array(length + delay).fill(0)];
    const row = (generator) => {
      const symbols = Array.from({ length }, () => 1 + generator.integer(SYMBOLS));
      return { reads: [...symbols, ...blank], says: [...blank, ...symbols] };
    };
    const rows = (count, generator) => Array.from({ length: count }, () => row(generator));
    const heldOut = rows(64, draws.fork(4));
    return {
      options: hiddenSize,
      digest: () => JSON.stringify({ seed, length, delay }),
      batchesPerEpoch: 20,
      batch: ({ epoch, batch }, threads) =>
        batchOf(rows(batchSize, draws.fork(3).fork(epoch).fork(batch)), threads),
      measure: async (model) => ({ lossNats: await model.lossNats(heldOut) }),
      baselines: { "a guess": { lossNats: (length * Math.log(SYMBOLS)) / (2 * length + delay) } },
    };
  },
  replica: (device, hiddenSize) => {
    const model = new Copier(device, hiddenSize);
    return { model, loss: (rows) => model.loss(rows) };
  },
});
