// A language model that PyTorch trained, from the safetensors file of its state dictionary: names and shapes say what network it is.

import { readFileSync } from "node:fs";
import { openModel } from "unrolled";
import { readSafetensors } from "unrolled/formats/safetensors";

const file = process.argv[2] ?? "test/fixtures/examples/hello.safetensors";
const alphabet = [..." dehlorw"];
for (const [name, { dtype, shape }] of Object.entries(readSafetensors(readFileSync(file))))
  console.log(`${name} ${dtype} [${shape.join(", ")}]`);

// nn.Embedding, nn.LSTM and nn.Linear, found by embedding.weight, lstm.weight_ih_l0 and decoder.weight.
const model = await openModel(file);
const session = model.session();
let text = "h";
for (let count = 0; count < 23; count++) {
  const { output } = session.step({ ids: [alphabet.indexOf(text[text.length - 1])] });
  const logits = Array.from(output.data);
  text += alphabet[logits.indexOf(Math.max(...logits))];
}
console.log(text);
