// Sorts digits: an encoder reads them both ways, and a decoder whose every step looks back at them, knowing how much it has looked at each
// (coverage: See, Liu & Manning 2017), writes them one by one.
import { fit, Generator, ints, openDevice, type Tensor } from "unrolled";
import * as nn from "unrolled/nn";
import { argmax } from "unrolled/tensor";

const [DIGITS, BEGIN] = [6, 10];
const device = await openDevice({ seed: 1 });
class Sorter extends nn.Module {
  digits = new nn.Embedding(device, { vocabularySize: 11, embeddingSize: 16 });
  encoder = new nn.GRU(device, {
    inputSize: 16,
    hiddenSize: 24,
    direction: "bidirectional",
    batchFirst: true,
  });
  decoder = new nn.AttentionDecoder(device, nn.CELLS.gru, {
    ...{ inputSize: 16, hiddenSize: 32, memorySize: 48, attention: "additive", coverage: true },
    batchFirst: true,
  });
  written = new nn.Linear(device, { inputSize: 32, outputSize: 10 });

  read = (given: Tensor) => this.encoder.forward(this.digits.forward(given)).outputs;
  /** Digits [B, T] and those written before each [B, U] to logits [B, U, 10]. */
  forward({ given, before }: { readonly given: Tensor; readonly before: Tensor }): Tensor {
    return this.written.forward(this.decoder.forward(this.digits.forward(before), this.read(given)).outputs);
  }
}

const generator = new Generator(1);
const drawn = () => Array.from({ length: DIGITS }, () => generator.integer(10));
const data = Array.from({ length: 4000 }, drawn).map((given) => {
  const targets = given.toSorted();
  return { inputs: { given, before: [BEGIN, ...targets.slice(0, -1)] }, targets };
});
const model = new Sorter();
const learning = { loss: nn.crossEntropy, epochs: 4, learningRate: 0.01 };
for await (const event of fit(model, { data, validation: 0.05, ...learning }))
  if (event.type === "eval") console.log(`step ${event.step}: ${event.loss.toFixed(4)} nats a digit`);

let right = 0;
for (const given of Array.from({ length: 50 }, drawn)) {
  const memory = model.read(ints(device, [given]));
  const sorted = [BEGIN];
  let state: nn.RecurrentState | undefined;
  for (let step = 0; step < DIGITS; step++) {
    const before = model.digits.forward(ints(device, [sorted.slice(-1)]));
    const made = model.decoder.forward(before, memory, { state });
    state = made.state;
    sorted.push(...(await argmax(model.written.forward(made.outputs)).toArray()));
  }
  if (sorted.slice(1).join() === given.toSorted().join()) right += 1;
}
console.log(`${right} of 50 new strings are sorted`);
