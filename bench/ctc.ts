// CTC's loss and its gradients with respect to logits, forward and backward, beside torch.nn.CTCLoss over log_softmax: both on one thread,
// in turns, in one run; the figures are medians.
//   npx tsx bench/ctc.ts
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { openDevice, tensor } from "unrolled";
import { ctcLoss } from "unrolled/nn";

const [T, B, U, V] = [500, 16, 60, 30];
const ROUNDS = 15;

const peer = spawn(
  "/usr/bin/python3",
  [fileURLToPath(new URL("peers/ctc.py", import.meta.url)), ...[T, B, U, V].map(String)],
  { stdio: ["pipe", "pipe", "inherit"] },
);
const lines = createInterface(peer.stdout)[Symbol.asyncIterator]();
const version = (await lines.next()).value;
if (version === undefined) throw new Error("PyTorch does not run: `apt-get install python3-torch`");

const backends = ["native", "wasm"] as const;
const runs = await Promise.all(
  backends.map(async (backend) => {
    const device = await openDevice({ backend });
    const { generator } = device;
    const logits = tensor(device, generator.evenly(T * B * V, 2)!, [T, B, V], { requiresGrad: true });
    const targets = Array.from({ length: B }, () =>
      Array.from({ length: U }, () => 1 + generator.integer(V - 1)),
    );
    return () => {
      logits.zeroGrad();
      const start = performance.now();
      device.scope(() => ctcLoss(logits, targets).backward());
      return performance.now() - start;
    };
  }),
);
const times: number[][] = [[], [], []];
for (let round = 0; round < ROUNDS; round++) {
  for (const [at, run] of runs.entries()) times[at].push(run());
  peer.stdin.write("go\n");
  times[2].push(Number((await lines.next()).value));
}
peer.stdin.end();
const [native, wasm, torch] = times.map((all) => all.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)]);
console.log(`T ${T}, B ${B}, U ${U}, V ${V}, forward and backward, one thread`);
console.log(`native        ${native.toFixed(2)} ms   ${(torch / native).toFixed(1)} x torch.nn.CTCLoss`);
console.log(`WebAssembly   ${wasm.toFixed(2)} ms   ${(torch / wasm).toFixed(1)} x`);
console.log(`PyTorch ${version} ${torch.toFixed(2)} ms`);
