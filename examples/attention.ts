// Which reading counts? A GRU and attention pooling learn to answer with the one reading of a sequence that is marked.
import { Adam, Generator, GRU, Linear, Module, openDevice, type Tensor, tensor } from "unrolled";
import { lengthMask, padSequences } from "unrolled/data";
import { huber, initialise, pool } from "unrolled/nn";
import { reshape, softmax, where } from "unrolled/tensor";

const device = await openDevice({ seed: 1 });
const random = new Generator(2);

class Reader extends Module {
  gru = new GRU(device, { inputSize: 2, hiddenSize: 16 });
  score = new Linear(device, { inputSize: 16, outputSize: 1 });
  value = new Linear(device, { inputSize: 16, outputSize: 1 });
  constructor() {
    super();
    initialise(this.gru.namedParameters().get("weight_hh_l0")!, { kind: "orthogonal", blocks: 3 });
  }
  forward(xs: Tensor, lengths: number[]) {
    const { outputs } = this.gru.forward(xs, { lengths });
    const scores = this.score.forward(outputs);
    return { answers: this.value.forward(pool(outputs, { kind: "attention", scores, lengths })), scores };
  }
}
/** Sequences of 4 to 12 readings [value, mark], of which one is marked, and its value. */
function draw(count: number) {
  const sequences = Array.from({ length: count }, () => {
    const readings = Array.from({ length: 4 + random.integer(9) }, () => [random.normal(), 0]);
    readings[random.integer(readings.length)][1] = 1;
    return readings;
  });
  const marked = sequences.map((readings) => readings.find(([, mark]) => mark === 1)![0]);
  return { sequences, ...padSequences(device, sequences), targets: tensor(device, marked, [count, 1]) };
}

const reader = new Reader();
const optimiser = new Adam(reader.parameters(), { learningRate: 0.01 });
for (let step = 1; step <= 300; step++) {
  device.scope(() => {
    const { xs, lengths, targets } = draw(32);
    huber(reader.forward(xs, lengths).answers, targets).backward();
  });
  optimiser.step();
  optimiser.zeroGrad();
}
const { sequences, xs, lengths, targets } = draw(200);
const { answers, scores } = reader.forward(xs, lengths);
const there = lengthMask(xs, lengths);
const shares = await softmax(where(there, reshape(scores, there.shape), -1e9), { axis: 0 }).toArray();
console.log(`new sequences: ${(await huber(answers, targets).item()).toFixed(4)}`);
for (const [t, [value, mark]] of sequences[0].entries())
  console.log(`${value.toFixed(2)}${mark ? " (marked)" : ""}: ${(100 * shares[t * 200]).toFixed(0)} %`);
