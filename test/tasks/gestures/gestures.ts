import type { ModelFiles } from "unrolled";
import { trainNear } from "../train-near.ts";

type Event = { type: string } & Record<string, unknown>;

/** Four people who hold still or shake; all of a person's rows have one name. */
function recordings(): string {
  const rows: string[] = [];
  for (const person of ["ann", "bob", "eve", "kim"])
    for (let t = 0; t < 64; t++) {
      const isShaken = t % 32 >= 16;
      const x = isShaken ? Math.sin(2.5 * t) : 0.1 * Math.sin(t);
      rows.push(`${x.toFixed(3)},${(0.01 * t).toFixed(2)},${isShaken ? "shaken" : "still"},${person}`);
    }
  return `ax,ay,activity,person\n${rows.join("\n")}\n`;
}

/** A classifier of gestures that reads forwards, trained for a moment: what the run told, and the model's files. */
export async function trainedOnGestures() {
  const data = { train: [{ title: "gestures.csv", text: recordings() }] };
  const settings = {
    features: ["ax", "ay"],
    label: "activity",
    group: "person",
    window: 16,
    bidirectional: false,
    hiddenSize: 12,
    dropout: 0,
    learningRate: 0.02,
    valFraction: 0.25,
    threads: 1,
    budget: { epochs: 40 },
  } as const;
  const events: Event[] = [];
  for await (const event of trainNear({ task: "classify", data, settings })) events.push(event as Event);
  const last = (type: string) => events.filter((event) => event.type === type).at(-1)!;
  return { start: last("start"), end: last("end"), files: last("model").files as ModelFiles };
}
