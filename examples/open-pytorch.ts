// A checkpoint of torch.save, a network that counts ones. No Python, and nothing in the file is run.
import { openModel, UnrolledError } from "unrolled";

const file = process.argv[2] ?? "test/fixtures/examples/counter.pt";

// The file has the weights of an nn.RNN, but not whether it uses tanh or ReLU: the error says which option to give.
try {
  await openModel(file);
} catch (error) {
  if (!(error instanceof UnrolledError)) throw error;
  console.log(`${error.code}: ${error.message}`);
}

const model = await openModel(file, { nonlinearity: "relu", returns: "last" });
const sequence = [1, 0, 1, 1, 0, 1];
const { output } = await model.run({ input: [sequence.map((each) => [each])] });
console.log(`${sequence.join(" ")}: ${output.data[0]} ones in ${output.data[1]} steps`);

// As a stream: the count goes on for ever, and goes back to a state that was kept as bytes.
const stream = model.session();
const read = (each: number) => stream.step({ input: [each] }).output.data;
for (const each of sequence) read(each);
const kept = stream.state();
for (let more = 0; more < 1000; more++) read(1);
console.log(`a thousand more, and a zero: ${Array.from(read(0)).join(" ones in ")} steps`);
stream.restore(kept);
console.log(`from where it was kept, one more: ${Array.from(read(1)).join(" ones in ")} steps`);
