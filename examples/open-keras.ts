// A Keras model, .h5 or .keras: sequences of unequal lengths in one batch, and the same numbers one step at a time.
import { openModel } from "unrolled";

const model = await openModel(process.argv[2] ?? "test/fixtures/keras/gru-reset-before.h5");
const [input] = model.inputs;
const [output] = model.outputs;
console.log(`${model.format}: ${input.name} [${input.axes}] to ${output.name} [${output.axes}]`);

const wave = (step: number) => [Math.sin(step), Math.cos(step), Math.sin(step / 2)];
const sequences = [4, 6].map((first) => Array.from({ length: 5 }, (_, step) => wave(first + step)));
// Only three steps of the first sequence count, and all five of the second.
const run = await model.run({ [input.name]: sequences }, { lengths: [3, 5] });
const { shape, data } = run[output.name];
const show = (numbers: ArrayLike<number>) => Array.from(numbers, (each) => each.toFixed(4)).join(" ");
console.log(`at once:      ${show(Array.from(data).slice(0, shape[1]))}`);

const session = model.session();
const outputs = sequences[0].slice(0, 3).map((x) => session.step({ [input.name]: [x] })[output.name]);
console.log(`step by step: ${show(outputs[2].data)}`);
