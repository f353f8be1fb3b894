// Trains the model of echo.js by fit on so many threads, from the built package; prints what came of it as JSON.
import { createHash } from "node:crypto";
import { fit, Generator } from "unrolled";

const generator = new Generator(5);
const data = Array.from({ length: 96 }, () => {
  const inputs = Array.from({ length: 2 + generator.integer(5) }, () => generator.integer(6));
  return { inputs, targets: inputs[0] };
});
const url = new URL("./echo.js#echo", import.meta.url);
const request = {
  ...{ data, validation: 0.25, batchSize: 8, learningRate: 0.01, options: { symbols: 6, hiddenSize: 16 } },
  ...{ epochs: 4, seed: 3, checkpointEvery: { steps: 10 } },
};

async function run(more) {
  const found = { losses: [], evals: [], weights: "", start: {}, checkpoint: undefined };
  for await (const event of fit(url, { ...request, ...more })) {
    if (event.type === "start") found.start = { threads: event.threads, resumedAt: event.resumedAt };
    if (event.type === "step") found.losses.push(event.loss);
    if (event.type === "eval") found.evals.push([event.step, event.accuracy]);
    if (event.type === "checkpoint") found.checkpoint ??= event.file;
    if (event.type === "model")
      found.weights = createHash("sha256").update(event.files["model.safetensors"]).digest("hex");
  }
  return found;
}

const whole = await run({ threads: 2 });
const resumed = await run({ threads: 2, checkpoint: whole.checkpoint });
const longer = await run({ threads: 2, epochs: 30, checkpointEvery: null });
console.log(
  JSON.stringify({ whole, resumed, longer }, (key, value) => (key === "checkpoint" ? undefined : value)),
);
