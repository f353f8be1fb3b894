// Small trainings of language models with a condition.
import type { ConditionedText } from "../../src/entries/training.ts";
import { trainNear } from "./train-near.ts";

/** Each category's texts are a letter of its own, one to four times, then a vowel and a z. */
export const LETTERS = { high: "h", low: "l", middle: "m" } as const;
export const records: readonly ConditionedText[] = Object.entries(LETTERS).flatMap(([condition, letter]) =>
  Array.from({ length: 40 }, (_, row) => ({
    text: `${letter.repeat(1 + (row % 4))}${"aeiou"[row % 5]}z`,
    condition,
  })),
);

export type Told = { readonly type: string } & Record<string, unknown>;

const SETTINGS = {
  condition: "height",
  hiddenSize: 24,
  embeddingSize: 8,
  numLayers: 1,
  dropout: 0,
  batchSize: 8,
  conditionDropout: 0.2,
  evalEvery: 0,
  sampleEvery: 0,
  threads: 1,
  backend: "wasm",
  learningRate: 0.01,
  budget: { epochs: 30 },
} as const;

/** The events of a training of the task "language". */
export async function told(
  data: unknown,
  settings: object = {},
  start: object = {},
): Promise<readonly Told[]> {
  const events: Told[] = [];
  const request = { task: "language", data, settings: { ...SETTINGS, ...settings }, ...start };
  for await (const event of trainNear(request as never)) events.push(event as unknown as Told);
  return events;
}

export const last = (events: readonly Told[], type: string) =>
  events.filter((event) => event.type === type).at(-1)!;
