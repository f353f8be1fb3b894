// Where a cell has two kernels, the plain one and the one that takes activations as numbers, both compute the plain cell here, in
// alternation: `node bench/kernel-pairs.mjs [--json FILE]`. The decision that it serves is docs/decisions/0018-kernel-pairs.md.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { openDevice } from "../dist/tensor/device.js";
import { median } from "./measure.mjs";

const { values } = parseArgs({ options: { json: { type: "string" } } });
const ROUNDS = 61;
/** How long one side of a round takes. */
const SECONDS = 0.001;
const [TANH, SIGMOID] = [0, 2];
const ELMAN_TANH = 2;

/** What each kernel reads and writes, at B rows of H: the two sides of a pair, forward and backward. */
function pairs(k, B, H, place) {
  const [sums, recurrent] = [place(4 * B * H), place(4 * B * H)];
  const [before, made, hBefore, h, dy, dh, dc] = Array.from({ length: 7 }, () => place(B * H));
  const numbers = place(9, [SIGMOID, 0, 0, TANH, 0, 0, TANH, 0, 0]);
  const size = [0, 0, B, H];
  return {
    "lstm forward": [
      () => k.lstmForward(sums, before, made, hBefore, h, ...size),
      () => {
        k.lstmStateForward(sums, before, made, 0, numbers, 0, 0, 0, ...size);
        k.lstmOutputForward(sums, made, made, hBefore, h, 0, numbers, 0, 0, ...size);
      },
    ],
    "lstm backward": [
      () => k.lstmBackward(sums, before, made, dy, dh, dc, ...size),
      () => {
        k.lstmOutputBackward(sums, made, made, 0, numbers, 0, 0, dy, dh, dc, dc, 0, ...size);
        k.lstmStateBackward(sums, before, made, 0, numbers, 0, 0, 0, dc, 0, ...size);
      },
    ],
    "gru forward": [
      () => k.gruForward(sums, recurrent, hBefore, h, ...size),
      () => k.gruVariantForward(sums, recurrent, hBefore, h, numbers, 0, ...size),
    ],
    "gru backward": [
      () => k.gruBackward(sums, recurrent, hBefore, dy, dh, ...size),
      () => k.gruVariantBackward(sums, recurrent, hBefore, dy, dh, numbers, 0, ...size),
    ],
    "elman forward": [
      () => k.elmanForward(ELMAN_TANH, sums, hBefore, h, ...size),
      () => k.elmanVariantForward(sums, hBefore, h, numbers + 3, 0, ...size),
    ],
    "elman backward": [
      () => k.elmanBackward(ELMAN_TANH, h, sums, dy, dh, ...size),
      () => k.elmanVariantBackward(h, sums, dy, dh, numbers + 3, 0, ...size),
    ],
  };
}

/** Seconds of one call, of as many as take the time of a round. */
function seconds(call, times) {
  const start = performance.now();
  for (let index = 0; index < times; index++) call();
  return (performance.now() - start) / 1000 / times;
}

const rows = [];
for (const backend of ["native", "wasm"]) {
  const device = await openDevice({ backend });
  const place = (count, numbers = Float32Array.from({ length: count }, (_, at) => Math.sin(at + count))) => {
    const { offset } = device.allocateLasting(count);
    device.heap.floats().set(numbers, offset);
    return offset;
  };
  for (const H of [64, 256, 512])
    for (const B of [1, 32])
      for (const [name, sides] of Object.entries(pairs(device.kernels, B, H, place))) {
        for (const side of sides) seconds(side, 200);
        const times = sides.map((side) => Math.max(1, Math.ceil(SECONDS / seconds(side, 200))));
        const taken = [[], []];
        for (let round = 0; round < ROUNDS; round++)
          for (const at of round % 2 ? [1, 0] : [0, 1]) taken[at].push(seconds(sides[at], times[at]));
        const ratio = median(taken[0].map((plain, round) => taken[1][round] / plain));
        const [plain, variant] = taken.map((all) => median(all) * 1e6);
        rows.push({ backend: device.backend, name, H, B, plain, variant, ratio });
        console.log(
          `${device.backend.padEnd(14)} ${name.padEnd(14)} H ${String(H).padEnd(4)} B ${String(B).padEnd(3)}` +
            ` plain ${plain.toFixed(2).padStart(8)} µs   variant ${variant.toFixed(2).padStart(8)} µs   × ${ratio.toFixed(2)}`,
        );
      }
}
if (values.json) writeFileSync(values.json, JSON.stringify(rows, null, 2));
