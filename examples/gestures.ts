// Tells gestures from a sensor as it moves: learned from windows, saved as a folder, and then fed one reading at a time, with an answer
// at each. The readings are made up: a circle, a shake and rest, of three axes.
import {
  accuracy,
  crossEntropy,
  fit,
  Generator,
  NetworkModel,
  openDevice,
  openModel,
  sequential,
} from "unrolled";

const GESTURES = ["rest", "circle", "shake"];
const generator = new Generator(1);
const noise = () => generator.uniformBetween(-0.2, 0.2);
const reading = (gesture: number, t: number) =>
  [
    [0, 0, 1],
    [Math.sin(t / 4), Math.cos(t / 4), 1],
    [2 * Math.sin(t * 2), 0, 1],
  ][gesture].map((value) => value + noise());
/** Readings of one gesture and then of another. */
const data = Array.from({ length: 300 }, (_, index) => {
  const [first, second, change] = [index % 3, generator.integer(3), 10 + generator.integer(20)];
  const targets = Array.from({ length: 40 }, (_, t) => (t < change ? first : second));
  return { inputs: targets.map((gesture, t) => reading(gesture, t)), targets };
});

const trained = sequential(await openDevice({ seed: 1 }), [
  { kind: "gru", inputSize: 3, hiddenSize: 24 },
  { kind: "linear", outputSize: 3 },
]);
const learning = { loss: crossEntropy, metrics: { accuracy: accuracy() }, epochs: 15, learningRate: 0.01 };
for await (const event of fit(trained, { data, validation: 0.2, ...learning }))
  if (event.type === "eval" && event.best) console.log(`accuracy ${event.accuracy.toFixed(3)}`);

// On the device: the files of the folder are opened, and the state is a few hundred bytes.
const model = await openModel(await new NetworkModel(trained.network).files());
const session = model.session();
for (const [gesture, name] of GESTURES.entries()) {
  let scores: number[] = [];
  for (let t = 0; t < 20; t++)
    scores = Array.from(session.step({ input: [reading(gesture, t)] }).output.data);
  console.log(`${name}: ${GESTURES[scores.indexOf(Math.max(...scores))]}`);
}
