// `node bench/regularisation.mjs [--steps N] [NAME…]`: what regularisation does for a small model of lib.dom.d.ts, the text of
// `npm start`, trained for as many steps as a minute holds. Bits per character on the last tenth: of the weights that training
// ended with, of their exponential average, and of these when they go on learning from what they are measured on.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { tokenStreams, trainTokenizer } from "../dist/entries/data.js";
import { languageModel, Network, zeroState } from "../dist/entries/network.js";
import { AdamW, clipGradNorm, LearningRate, WeightAverage } from "../dist/entries/optim.js";
import { evaluate, evaluateDynamically, languageLoss } from "../dist/entries/training.js";
import { Generator, ints, openDevice } from "../dist/index.js";

const BATCH = 16;
const STEPS = 64;

/** What differs from the training of `npm start`: learning rate and schedule, the average's decay, what is dropped, penalties. */
const variants = {
  plain: {},
  "seed-2": { seed: 2 },
  "constant-rate": { schedule: { kind: "constant", warmup: 0.005 } },
  "rate-0.015": { rate: 0.015 },
  "rate-0.02": { rate: 0.02 },
  "weight-drop-0.1": { config: { weightDrop: 0.1 } },
  "weight-drop-0.2": { config: { weightDrop: 0.2 } },
  "weight-drop-0.3": { config: { weightDrop: 0.3 } },
  "locked-output-0.1": { config: { outputDropout: 0.1, lockedDropout: true } },
  "locked-input-0.1": { config: { inputDropout: 0.1, lockedDropout: true } },
  "output-0.2": { config: { outputDropout: 0.2 } },
  "embedding-0.1": { config: { embeddingDropout: 0.1 } },
  activation: { penalties: { activationRegularization: 0.1, temporalActivationRegularization: 0.1 } },
};

/** lib.dom.d.ts, cut where its last tenth begins. */
function readText() {
  const typescript = createRequire(import.meta.url).resolve("typescript/package.json");
  const platformPackage = `@typescript/typescript-${process.platform}-${process.arch}/package.json`;
  const path = join(dirname(createRequire(typescript).resolve(platformPackage)), "lib/lib.dom.d.ts");
  const text = readFileSync(path, "utf8");
  const cut = Math.floor(text.length * 0.9);
  return { text: text.slice(0, cut), heldOut: text.slice(cut) };
}

/** Trains one variant; the model and the average of its weights. */
async function trained({ text, tokenizer, steps }, variant) {
  const { seed = 1, rate = 0.01, config = {}, penalties = {} } = variant;
  const { schedule = { kind: "cosine" } } = variant;
  const device = await openDevice();
  const sizes = {
    embeddingSize: 64,
    hiddenSize: 256,
    numLayers: 1,
    vocabularySize: tokenizer.vocabularySize,
  };
  const description = languageModel({
    cell: "lstm",
    nonlinearity: "tanh",
    ...sizes,
    dropout: 0,
    tieWeights: false,
    tokenizer: "char",
    ...config,
  });
  const model = new Network(device, description, { generator: new Generator(seed).fork(0) });
  const parameters = model.parameters();
  const optimiser = new AdamW(parameters, { learningRate: rate, weightDecay: 0.01 });
  const learningRate = new LearningRate(rate, schedule);
  const average = new WeightAverage(parameters, { kind: "exponential", decay: 0.998 });
  const streams = tokenStreams(tokenizer.encode(text), BATCH, STEPS);
  const [inputs, targets] = [new Int32Array(BATCH * STEPS), new Int32Array(BATCH * STEPS)];
  let state = zeroState(model, BATCH);
  for (let step = 0; step < steps; step++) {
    const sequence = step % streams.sequencesPerEpoch;
    if (sequence === 0) state = zeroState(model, BATCH);
    const length = streams.batch(sequence, inputs, targets);
    const tensorOf = (ids) => ints(device, ids.subarray(0, length * BATCH), [length, BATCH]);
    model.zeroGrad();
    state = device.scope(() => {
      const { loss, state: next } = languageLoss(
        model,
        tensorOf(inputs),
        tensorOf(targets),
        state,
        penalties,
      );
      loss.backward();
      return next;
    });
    clipGradNorm(parameters, 1);
    const epoch = step / streams.sequencesPerEpoch;
    optimiser.learningRate = learningRate.rateAt({ step, epoch, progress: step / steps });
    optimiser.step();
    average.update();
  }
  return { model, average };
}

const { values, positionals } = parseArgs({
  options: { steps: { type: "string", default: "4000" } },
  allowPositionals: true,
});
const names = positionals.length > 0 ? positionals : Object.keys(variants);
const unknown = names.find((name) => !(name in variants));
const steps = Number(values.steps);
if (unknown !== undefined || !(Number.isInteger(steps) && steps > 0)) {
  const problem =
    unknown === undefined
      ? `--steps is ${values.steps}, needed 1 or more`
      : `nothing is called ${unknown}; there are ${Object.keys(variants).join(", ")}`;
  console.error(`regularisation: ${problem}`);
  process.exit(2);
}

const { text, heldOut } = readText();
const tokenizer = trainTokenizer({ kind: "char", text });
console.log(`Bits per character after ${steps} steps of ${BATCH} × ${STEPS} characters\n`);
console.log("variant             at the end   averaged   averaged, dynamic   dynamic took");
for (const name of names) {
  const { model, average } = await trained({ text, tokenizer, steps }, variants[name]);
  const plain = await evaluate({ network: model, tokenizer }, [heldOut]);
  await average.withAverage(async () => {
    const averaged = await evaluate({ network: model, tokenizer }, [heldOut]);
    const started = performance.now();
    const dynamic = await evaluateDynamically({ network: model, tokenizer }, [heldOut]);
    const seconds = (performance.now() - started) / 1000;
    const figures = [plain, averaged, dynamic].map(({ bitsPerCharacter }) => bitsPerCharacter.toFixed(3));
    console.log(
      `${name.padEnd(20)}${figures[0].padEnd(13)}${figures[1].padEnd(11)}${figures[2].padEnd(20)}${seconds.toFixed(1)} s`,
    );
  });
}
