// Reads standard input as it arrives, character by character, and shows by how many bits each one surprised a trained model.
import { openModel } from "unrolled";

const model = await openModel(process.argv[2] ?? "models/browser-api", { task: "language" });
const { tokenizer } = model;
const session = model.session();
const logits = new Float32Array(tokenizer.vocabularySize);
session.stepInto({ ids: [tokenizer.encode("\n")[0]] }, { logits });

/** −log₂ of the probability that the model gave to a token before it saw it. */
function surpriseBits(id: number): number {
  const largest = Math.max(...logits);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
  return Math.log2(total) - (logits[id] - largest) / Math.LN2;
}

for await (const chunk of process.stdin.setEncoding("utf8")) {
  for (const id of tokenizer.encode(chunk)) {
    const bits = surpriseBits(id);
    console.log(`${JSON.stringify(tokenizer.token(id)).padEnd(6)} ${bits.toFixed(1)} ${"▒".repeat(bits)}`);
    session.stepInto({ ids: [id] }, { logits });
  }
}
