// Trains the task of copy-memory.js as a program would, and prints what came of it as JSON.   node train-copies.mjs
import { createHash } from "node:crypto";
import { train } from "unrolled";
import { copyMemory } from "./copy-memory.js";

const asModule = { module: new URL("./copy-memory.js", import.meta.url), export: "copyMemory" };
const settings = {
  ...{ batchSize: 6, evalEvery: 10, sampleEvery: 0, threads: 2, learningRate: 0.01 },
  ...{ budget: { steps: 45 }, checkpointEvery: { steps: 1 }, averageDecay: 0.9 },
};

async function run(task, start = {}, changes = {}, stopAt = Number.POSITIVE_INFINITY) {
  const abort = new AbortController();
  const told = { losses: [], evals: [], checkpoints: [] };
  const request = { task, data: {}, settings: { ...settings, ...changes }, signal: abort.signal, ...start };
  for await (const event of train(request)) {
    if (event.type === "start") told.start = event;
    if (event.type === "step") told.losses.push([event.step, event.lossNats]);
    if (event.type === "step" && event.step === stopAt) abort.abort();
    if (event.type === "eval") told.evals.push([event.step, event.lossNats]);
    if (event.type === "checkpoint") told.checkpoints.push(event.file);
    if (event.type === "model") {
      const weights = event.files["model.safetensors"];
      told.weights = createHash("sha256").update(weights).digest("hex");
    }
    if (event.type === "end") told.end = event;
  }
  return told;
}

const whole = await run(asModule);
const interrupted = await run(asModule, {}, {}, 17);
const resumed = await run(asModule, { checkpoint: interrupted.checkpoints.at(-1) });
const refused = await run(asModule, { checkpoint: interrupted.checkpoints.at(-1) }, { delay: 6 }).catch(
  ({ code, message }) => ({ code, message }),
);
const asObject = await run(copyMemory, {}, { checkpointEvery: null });
const alone = await run(asModule, {}, { checkpointEvery: null, threads: 1 });
const longer = await run(asModule, {}, { budget: { steps: 600 }, checkpointEvery: null, averageDecay: 0 });
for (const told of [whole, interrupted, resumed, asObject, alone, longer]) delete told.checkpoints;
console.log(JSON.stringify({ whole, interrupted, resumed, refused, asObject, alone, longer }));
