// The addon that is compiled to be published beside the one that an installation compiles: both walk an LSTM to and fro, in alternation, and
// update its weights. node bench/prebuilt-pairs.mjs
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { mean, tensor } from "../dist/entries/tensor.js";
import { AdamW, LSTM } from "../dist/index.js";
import { openNative } from "../dist/kernels/native.js";
import { Device } from "../dist/tensor/device.js";
import { buildFor } from "../scripts/prebuild.mjs";
import { median } from "./measure.mjs";

const ROUNDS = 41;
const [STEPS, BATCH] = [32, 32];
const require = createRequire(import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "unrolled-pairs-"));

/** Milliseconds of a training step with an addon. */
async function stepper(addon, instructionSet, hiddenSize) {
  const device = new Device(await openNative(addon, instructionSet, "compared"));
  const layer = new LSTM(device, { inputSize: hiddenSize, hiddenSize });
  const optimiser = new AdamW(layer.parameters(), { learningRate: 1e-3 });
  const numbers = Array.from({ length: STEPS * BATCH * hiddenSize }, (_, at) => Math.sin(at));
  const xs = tensor(device, numbers, [STEPS, BATCH, hiddenSize]);
  return () => {
    const began = performance.now();
    device.scope(() => mean(layer.forward(xs).outputs).backward());
    optimiser.step();
    optimiser.zeroGrad();
    return performance.now() - began;
  };
}

try {
  const prebuilt = join(folder, "unrolled.node");
  buildFor(`${process.platform}-${process.arch}`, prebuilt);
  const addons = [
    require(fileURLToPath(new URL("../build/unrolled.node", import.meta.url))),
    require(prebuilt),
  ];
  for (const instructionSet of addons[0].supported()) {
    for (const hiddenSize of [32, 128, 512]) {
      const steppers = await Promise.all(addons.map((addon) => stepper(addon, instructionSet, hiddenSize)));
      for (const step of steppers) step();
      const taken = [[], []];
      for (let round = 0; round < ROUNDS; round++)
        for (const at of round % 2 ? [1, 0] : [0, 1]) taken[at].push(steppers[at]());
      const [own, published] = taken.map((all) => `${median(all).toFixed(2)} ms`);
      const ratio = median(taken[0].map((each, round) => taken[1][round] / each)).toFixed(3);
      console.log(
        `${instructionSet}, H ${hiddenSize}: compiled here ${own}, published ${published}, × ${ratio}`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
