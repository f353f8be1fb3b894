// Writes dates as ISO does, looking back at the letters it needs: a GRU reads "March 3, 1998", another writes "1998-03-03" and attends
// to its states (Luong, Pham & Manning 2015, global attention with dot products).
import { fit, Generator, ints, openDevice, type Tensor, trainTokenizer } from "unrolled";
import * as nn from "unrolled/nn";
import { argmax, concat, matmul, softmax, swapLastAxes, tanh } from "unrolled/tensor";

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August"];
MONTHS.push("September", "October", "November", "December");
const generator = new Generator(1);
function date() {
  const year = 1900 + generator.integer(150);
  const [month, day] = [generator.integer(12), 1 + generator.integer(28)];
  const [name, number] = [MONTHS[month], String(month + 1).padStart(2, "0")];
  const short = name.slice(0, 3);
  const forms = [`${name} ${day}, ${year}`, `${day} ${short} ${year}`, `${day}.${month + 1}.${year}`];
  return { said: forms[generator.integer(3)], iso: `${year}-${number}-${String(day).padStart(2, "0")}` };
}
const letters = trainTokenizer({ kind: "char", text: `${MONTHS.join("")} ,.-0123456789` });
const V = letters.vocabularySize;
const idsOf = (text: string) => Array.from(letters.encode(text));

const device = await openDevice({ seed: 1 });
class Translator extends nn.Module {
  letters = new nn.Embedding(device, { vocabularySize: V, embeddingSize: 24 });
  encoder = new nn.GRU(device, { inputSize: 24, hiddenSize: 64, batchFirst: true });
  decoder = new nn.GRU(device, { inputSize: 24, hiddenSize: 64, batchFirst: true });
  mixed = new nn.Linear(device, { inputSize: 128, outputSize: 64 });
  written = new nn.Linear(device, { inputSize: 64, outputSize: V });
  /** Letters [B, S] and those written before [B, T] to logits [B, T, V]. */
  forward({ said, before }: { readonly said: Tensor; readonly before: Tensor }): Tensor {
    const memory = this.encoder.forward(this.letters.forward(said)).outputs;
    const states = this.decoder.forward(this.letters.forward(before)).outputs;
    const looked = matmul(softmax(matmul(states, swapLastAxes(memory))), memory);
    return this.written.forward(tanh(this.mixed.forward(concat([looked, states], -1))));
  }
}
/** What is written so far is read again, one letter behind (teacher forcing). */
const data = Array.from({ length: 3000 }, date).map(({ said, iso }) => ({
  inputs: { said: idsOf(said.padEnd(18)), before: [0, ...idsOf(iso.slice(0, -1))] },
  targets: idsOf(iso),
}));
const model = new Translator();
const learning = { loss: nn.crossEntropy, epochs: 10, learningRate: 0.005 };
for await (const event of fit(model, { data, validation: 0.1, ...learning }))
  if (event.type === "eval") console.log(`step ${event.step}: ${event.loss.toFixed(4)} nats a letter`);

let right = 0;
for (const { said, iso } of Array.from({ length: 50 }, date)) {
  const ids = [0];
  while (ids.length <= iso.length) {
    const given = { said: ints(device, [idsOf(said.padEnd(18))]), before: ints(device, [ids]) };
    const likeliest = device.withoutGradients(() => argmax(model.forward(given)));
    ids.push((await likeliest.toArray())[ids.length - 1]);
  }
  const text = letters.decode(Int32Array.from(ids.slice(1)));
  if (text === iso) right += 1;
  else console.log(`${said} → ${text}`);
}
console.log(`${right} of 50 new dates are right`);
