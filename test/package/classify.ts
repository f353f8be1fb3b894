import { train } from "unrolled";

/** Trains one of the package's other tasks on two threads, where there can be two. */
async function classify() {
  const rows = Array.from({ length: 60 }, (_, row) => (row % 2 === 0 ? "warm,a red day" : "cold,a blue day"));
  const data = { train: [{ title: "days.csv", text: ["label,text", ...rows].join("\n") }] };
  const settings = { hiddenSize: 8, budget: { steps: 3 }, threads: 2 };
  let threads = 0;
  let steps = 0;
  for await (const event of train({ task: "classify", data, settings: settings as never })) {
    if (event.type === "start") threads = event.threads;
    if (event.type === "step") steps += 1;
  }
  return { threads, steps };
}

Object.assign(globalThis, { outcome: classify() });
