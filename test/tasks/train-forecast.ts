import type { ModelFiles } from "../../src/index.ts";
import { trainNear } from "./train-near.ts";

type Event = { type: string } & Record<string, unknown>;

/** Trains a forecaster, and has what it told. */
export async function trained(data: object, settings: object) {
  const events: Event[] = [];
  const run = trainNear({
    task: "forecast",
    data: data as never,
    settings: { threads: 1, ...settings } as never,
  });
  for await (const event of run) events.push(event as Event);
  const last = (type: string) => events.filter((event) => event.type === type).at(-1)!;
  return { start: last("start"), end: last("end"), files: last("model").files as ModelFiles, events };
}

/** A table with a header, as a source. */
export function table(lines: readonly string[], title = "data.csv") {
  return { title, text: `${lines.join("\n")}\n` };
}
