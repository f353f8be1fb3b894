// What a CRF's forward and backward sums cost beside the training step that they are part of: a tagger of the default sizes over B 32
// sentences of T 40 words with 20 tags, on one thread. The step, and the CRF's loss alone with its gradients, take turns; the figures are
// medians.
//   npx tsx bench/crf.ts
import { AdamW, ints, Network, openDevice, tensor } from "unrolled";
import { type Crf, crfLoss } from "unrolled/nn";
import { trainingStep } from "unrolled/optim";
import { valuesOf } from "../src/options/option.ts";
import { CRF_LAYER, tagNetwork } from "../src/tasks/tag/tag-network.ts";
import { TAG_OPTIONS } from "../src/tasks/tag/tag-options.ts";

const [B, T, C, K] = [32, 40, 12, 20];
const [WORDS, CHARACTERS, ROUNDS] = [5000, 90, 31];

const device = await openDevice();
const sizes = { vocabularySize: WORDS, characterCount: CHARACTERS, tags: K };
const network = new Network(device, tagNetwork(valuesOf("bench", TAG_OPTIONS, {}), sizes));
const crf = network.layers.get(CRF_LAYER) as Crf;
const optimiser = new AdamW(network.parameters(), { learningRate: 1e-3 });
const whole = (below: number, ...shape: number[]) => {
  const size = shape.reduce((product, length) => product * length, 1);
  return ints(
    device,
    Int32Array.from({ length: size }, () => device.generator.integer(below)),
    shape,
  );
};
const inputs = { ids: whole(WORDS, B, T), characters: whole(CHARACTERS, B, T, C) };
const tags = whole(K, B, T);
const emissions = tensor(device, device.generator.evenly(B * T * K, 2)!, [B, T, K], { requiresGrad: true });

const step = () =>
  trainingStep(optimiser, () => {
    const { outputs } = network.forward(inputs);
    return { loss: crfLoss(outputs.emissions, tags, crf), found: () => undefined };
  });
const sums = () =>
  device.scope(() => {
    emissions.zeroGrad();
    crfLoss(emissions, tags, crf).backward();
  });

const times: Record<"step" | "sums", number[]> = { step: [], sums: [] };
for (let round = 0; round < ROUNDS; round++)
  for (const [name, run] of Object.entries({ step, sums }) as ["step" | "sums", () => unknown][]) {
    const start = performance.now();
    run();
    times[name].push(performance.now() - start);
  }
const median = (all: readonly number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)];
const [ofStep, ofSums] = [median(times.step), median(times.sums)];
console.log(
  `training step ${ofStep.toFixed(2)} ms, of it the CRF ${ofSums.toFixed(2)} ms (${((100 * ofSums) / ofStep).toFixed(1)} %)`,
);
