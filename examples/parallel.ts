// Trains a model of one's own on all cores: an LSTM learns to add the two marked numbers of a sequence (Hochreiter & Schmidhuber 1997).
import { Generator, openDevice } from "unrolled";
import { Team } from "unrolled/training";

const STEPS = 25;
const BATCH = 64;
const generator = new Generator(1);

/** A sequence of random numbers in [0, 1), one marked in each half, and the sum of these two. */
function problem() {
  const half = Math.floor(STEPS / 2);
  const marked = [generator.integer(half), half + generator.integer(STEPS - half)];
  const numbers = Array.from({ length: STEPS }, () => generator.uniform());
  const steps = numbers.map((number, t) => [number, marked.includes(t) ? 1 : 0] as const);
  return { steps, sum: numbers[marked[0]] + numbers[marked[1]] };
}
const problems = (count: number) => Array.from({ length: count }, problem);

const device = await openDevice({ seed: 1 });
// Threads cannot be given a function, so they are told where to find it: a module, and the name of its export.
const model = { module: new URL("./adder.js", import.meta.url).href, export: "adder", options: 64 };
const team = await Team.open<number, ReturnType<typeof problems>>(device, model, {
  batchSize: BATCH,
  optimiser: { kind: "adamw", learningRate: 0.005 },
});
console.log(`${team.threads} threads${team.reason ? `, because ${team.reason}` : ""}`);

for (let step = 1; step <= 1000; step++) {
  const { loss } = await team.step(team.split(problems(BATCH)), { maxNorm: 1 });
  if (step % 250 === 0) console.log(`step ${step}: mean square error ${loss.toFixed(5)}`);
}

// Problems that it has not seen, on all threads too; a walk changes nothing. Saying 1 each time would leave 1/6.
const { loss } = await team.walk(team.split(problems(1000)));
console.log(
  `new problems: mean square error ${loss.toFixed(5)}, ${(1 / 6 / loss).toFixed(0)} times below that of guessing`,
);
team.close();
