import { expect, test } from "vitest";
import { languageNetwork } from "../../test/language-network.ts";
import { generateTokens } from "../decoding/generate.ts";
import { Generator } from "../random/philox.ts";
import { openDevice } from "../tensor/device.ts";
import { continuation } from "./continuation.ts";
import type { Intervention } from "./intervention.ts";
import { nextTokens } from "./next-tokens.ts";
import { trace } from "./trace.ts";

const device = await openDevice({ backend: "wasm" });
const sizes = { vocabularySize: 12, embeddingSize: 5, hiddenSize: 7, numLayers: 2 };
const network = languageNetwork(device, "lstm", sizes, 2);
const prompt = [3, 1, 4, 1, 5];

/** The network as generation reads it. */
function nextToken() {
  const session = network.session();
  const logits = new Float32Array(12);
  const step = (id: number) => {
    session.stepInto({ ids: [id] }, { logits });
    return logits;
  };
  return {
    ...{ vocabularySize: 12, step, reset: () => session.reset() },
    state: () => session.state(),
    restore: (state: unknown) => session.restore(state as Uint8Array),
  };
}

function take(count: number, given: Parameters<typeof continuation>[2]): number[] {
  const ids: number[] = [];
  for (const { id } of continuation(network, prompt, given)) {
    ids.push(id);
    if (ids.length === count) break;
  }
  return ids;
}

test("a continuation is what generation gives with the same draws", async () => {
  const sampling = { temperature: 1.5, topK: 8 };
  const stream = () => ({ push: (id: number) => `${id} `, end: () => "" });
  let generated = "";
  const events = generateTokens(nextToken(), prompt, {
    ...sampling,
    stream,
    maxNewTokens: 20,
    generator: new Generator(6),
  });
  for await (const event of events) if (event.type === "text") generated += event.text;
  expect(take(20, { sampling, seed: 6 })).toEqual(generated.trim().split(" ").map(Number));
});

test("interventions go on, and end, at their steps counted from the prompt", () => {
  const interventions: Intervention[] = [
    { layer: 1, what: "h", units: [0, 1, 2], from: 2, to: 9, value: 1 },
    { layer: 0, what: "f", from: 7, value: 0 },
  ];
  const ids = take(10, { interventions });
  let known = [...prompt];
  for (const id of ids) {
    const { outputs: logits } = trace(network, known, { interventions });
    const last = logits.subarray(-12);
    expect(id).toBe(last.indexOf(Math.max(...last)));
    known = [...known, id];
  }
  expect(ids).not.toEqual(take(10, {}));
});

test("next tokens stand by falling probability, beside what sampling makes of them", () => {
  const logits = [0.1, 0.4, 0.05, 0.3, 0.15].map(Math.log);
  const [first, second, third] = nextTokens(logits, { topK: 2 }, 3);
  expect(first).toMatchObject({ id: 1 });
  expect(first.probability).toBeCloseTo(0.4, 6);
  expect(first.sampled).toBeCloseTo(4 / 7, 6);
  expect(second.id).toBe(3);
  expect(second.sampled).toBeCloseTo(3 / 7, 6);
  expect(third).toMatchObject({ id: 4, sampled: 0 });
  const cold = nextTokens(logits, { temperature: 0.5, topP: 0.8 });
  expect(cold).toHaveLength(5);
  // Squares 0.16, 0.09, 0.0225, … of 0.285: the first two are 0.877 of it, the first 0.561.
  expect(cold[0].sampled).toBeCloseTo(0.16 / 0.25, 5);
  expect(cold[1].sampled).toBeCloseTo(0.09 / 0.25, 5);
  expect(cold[2].sampled).toBe(0);
  expect(nextTokens(logits, { temperature: 0 })[0].sampled).toBe(1);
  expect(() => nextTokens(logits, { topP: 0 })).toThrow("nextTokens: topP is 0");
});
