// Recognisers that tests train: of letters as frames that look like them.
import { Generator, type ModelFiles } from "unrolled";
import { trainNear } from "./train-near.ts";

type Event = { type: string } & Record<string, unknown>;

/** Trains, and keeps what was said. */
export async function trained(data: object, settings: object, from: { readonly model?: ModelFiles } = {}) {
  const events: Event[] = [];
  const run = { task: "transcribe", data: data as never, settings: settings as never, ...from } as const;
  for await (const event of trainNear(run as never)) events.push(event as Event);
  const last = (type: string) => events.filter((event) => event.type === type).at(-1)!;
  const notes = events.filter(({ type }) => type === "note").map(({ text }) => text);
  return { notes, end: last("end"), files: last("model").files as ModelFiles };
}

/** Numbers a frame. */
export const WIDTH = 6;

/** Frames of a text: a letter is two to four noisy frames that look like it, a space is one of silence. */
export function spoken(text: string, generator: Generator) {
  const rows: number[][] = [];
  const frame = (loud: number) =>
    rows.push(
      Array.from({ length: WIDTH }, (_, at) => (at === loud ? 1 : 0) + 0.1 * generator.uniformBetween(-1, 1)),
    );
  for (const letter of text) {
    if (letter === " ") frame(WIDTH - 1);
    else for (let left = 2 + generator.integer(3); left > 0; left--) frame("abcde".indexOf(letter));
    frame(WIDTH - 1);
  }
  return { width: WIDTH, values: Float32Array.from(rows.flat()) };
}

/** So many of one or two words. */
export function utterances(count: number, seed: number) {
  const generator = new Generator(seed);
  return Array.from({ length: count }, (_, at) => {
    const word = () =>
      Array.from({ length: 1 + generator.integer(3) }, () => "abcde"[generator.integer(5)]).join("");
    const text = Array.from({ length: 1 + generator.integer(2) }, word).join(" ");
    return { file: `${seed}-${at}`, text, frames: spoken(text, generator) };
  });
}

/** Settings of a network that learns them in seconds. */
export const QUICK = {
  hiddenSize: 16,
  numLayers: 1,
  dropout: 0,
  learningRate: 0.02,
  batchSize: 16,
  threads: 1,
};
