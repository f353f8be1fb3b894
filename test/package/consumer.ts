// What someone writes who has installed the package: it is compiled, run in Node and bundled for a browser by the test.
import { generate, type ModelFiles, openModel, train } from "unrolled";

const text = Array.from({ length: 300 }, (_, line) => `${line} little lambs jump over ${line % 7} fences\n`);

/** Trains a few steps in a worker, on so many threads, loads what came of it and lets it write. Plain data, to be compared. */
export async function trainAndGenerate(threads: number) {
  const losses: number[] = [];
  const starts: { backend: string; reason: string; threads: number }[] = [];
  let files: ModelFiles | undefined;
  const settings = {
    cell: "lstm",
    hiddenSize: 24,
    embeddingSize: 12,
    numLayers: 2,
    dropout: 0.1,
    seqLength: 16,
    batchSize: 8,
    budget: { steps: 12 },
    evalEvery: 6,
    sampleEvery: 0,
    learningRate: 0.02,
    seed: 7,
    threads,
  } as const;
  for await (const event of train({ data: { text: text.join("") }, settings })) {
    if (event.type === "start") {
      const { backend, backendReason: reason, threads } = event;
      starts.push({ backend, reason, threads });
    }
    if (event.type === "step" || event.type === "eval") losses.push(event.lossNats);
    if (event.type === "model") files = event.files;
  }
  if (!files) throw new Error("training handed out no model");
  const saved = files;
  const trained = await openModel(saved, { task: "language" });
  let written = "";
  for await (const piece of generate(trained, "12 little", { maxNewTokens: 80, seed: 3 })) written += piece;
  const digest = await crypto.subtle.digest("SHA-256", saved["model.safetensors"].slice());
  return { starts, losses, written, weights: new Uint8Array(digest).join() };
}
