import { train } from "unrolled";

/** What a page needs to train, and no more. */
async function steps(): Promise<number> {
  let count = 0;
  const data = { text: "a little text. ".repeat(300) };
  for await (const event of train({
    data,
    settings: { hiddenSize: 8, budget: { steps: 3 }, sampleEvery: 0 },
  }))
    if (event.type === "step") count += 1;
  return count;
}

Object.assign(globalThis, { outcome: steps() });
