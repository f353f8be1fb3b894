// An encoder-decoder of 2 × 512 units with attention beside the same one in PyTorch, on one thread, in turns, in one run: a training step
// (B 64, 20 → 20 tokens, vocabulary 8,000), and a beam search of 5 over 64 sources, 20 tokens each. The figures are medians of processor time.
//   npx tsx bench/translate.ts [train|beam]
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { AdamW, crossEntropy, ints, Network, openDevice } from "unrolled";
import { trainingStep } from "unrolled/optim";
import { beamSearch } from "../src/decoding/beam-search.ts";
import { NetworkStepper } from "../src/decoding/network-stepper.ts";
import { valuesOf } from "../src/options/option.ts";
import { translateNetwork } from "../src/tasks/translate/translate-network.ts";
import { TRANSLATE_OPTIONS } from "../src/tasks/translate/translate-options.ts";

const [B, T, U, V, E, H, BEAM] = [64, 20, 20, 8000, 512, 512, 5];
const ROUNDS = { train: 9, beam: 9 };

const peer = spawn(
  "/usr/bin/python3",
  [fileURLToPath(new URL("peers/translate.py", import.meta.url)), ...[B, T, U, V, E, H, BEAM].map(String)],
  { stdio: ["pipe", "pipe", "inherit"] },
);
const lines = createInterface(peer.stdout)[Symbol.asyncIterator]();
const version = (await lines.next()).value;
if (version === undefined)
  throw new Error("PyTorch does not run: `apt-get install python3-torch libopenblas0-pthread`");

const device = await openDevice();
const settings = valuesOf("bench", TRANSLATE_OPTIONS, {
  ...{ embeddingSize: E, hiddenSize: H, numLayers: 2, dropout: 0, tie: "none", attention: "general" },
});
const network = new Network(device, translateNetwork(settings, { source: V, target: V }));
const optimiser = new AdamW(network.parameters(), { learningRate: 1e-3 });
const ids = (steps: number) => {
  const drawn = Int32Array.from({ length: B * steps }, () => device.generator.integer(V));
  return ints(device, drawn, [B, steps]);
};
const [source, target, wanted] = [ids(T), ids(U), ids(U)];

async function milliseconds(run: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

const ours = {
  train: () =>
    trainingStep(
      optimiser,
      () => ({
        loss: crossEntropy(network.forward({ source, target }).outputs.logits, wanted),
        found: () => undefined,
      }),
      { maxNorm: 5 },
    ),
  beam: () =>
    beamSearch(
      new NetworkStepper(network),
      { inputs: { source }, lengths: undefined, first: 0 },
      { beam: BEAM, nBest: 1, endId: 0, minLength: U, maxLength: U },
    ),
};

console.log(`2 x ${H} units, B ${B}, ${T} to ${U} tokens, V ${V}, one thread; PyTorch ${version}`);
for (const name of ["train", "beam"] as const) {
  if (process.argv[2] !== undefined && process.argv[2] !== name) continue;
  const times: [number[], number[]] = [[], []];
  for (let round = -1; round < ROUNDS[name]; round++) {
    const own = await milliseconds(ours[name]);
    peer.stdin.write(`${name}\n`);
    const theirs = Number((await lines.next()).value);
    // The first time of both goes into code and memory that are new.
    if (round < 0) continue;
    times[0].push(own);
    times[1].push(theirs);
  }
  const [own, torch] = times.map((all) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]);
  const what = name === "train" ? "training step" : `beam search of ${BEAM}`;
  console.log(
    `${what}: ${device.backend} ${own.toFixed(0)} ms, PyTorch ${torch.toFixed(0)} ms, ${(torch / own).toFixed(2)} x`,
  );
}
peer.stdin.end();
