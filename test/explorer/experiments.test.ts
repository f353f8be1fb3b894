// The experiments of one click, and what is said of them.
import { type Intervention, trace } from "unrolled/inspect";
import { expect, test } from "vitest";
import { experimentsFor, without } from "../../web/interfere/experiments.ts";
import { whatChanged } from "../../web/interfere/what-changed.ts";
import { referenceModel } from "./site.ts";

const TEXT = "Returns the first element";
const { network, tokenizer } = await referenceModel();
const ids = tokenizer.encode(TEXT);
const plain = trace(network, ids);
const pieces = [...TEXT];
const reading = { text: TEXT, pieces, unknownSteps: [], charactersLeft: 0, trace: plain };
const branch = (text: string) => ({ ids: new Int32Array(), pieces: [...text], bits: new Float32Array() });

test("each experiment is one that the library carries out, and does something", () => {
  const experiments = experimentsFor(plain.layers, pieces);
  expect(experiments.map(({ name }) => name)).toEqual([
    "Forget at every space",
    "Hold the forget gate open",
    "Shut the input gate",
    "Start from another state",
  ]);
  const [forget] = experiments;
  expect(forget.changes.interventions.map(({ what, from, to }) => [what, from, to])).toEqual([
    ["f", 7, 8],
    ["f", 11, 12],
    ["f", 17, 18],
  ]);
  for (const { changes, name } of experiments.filter((each) => each.changes.before === "")) {
    const changed = trace(network, ids, { interventions: changes.interventions });
    const found = whatChanged(reading, { trace: changed, plain: branch("a"), changed: branch("b") });
    expect(found.isNothing, name).toBe(false);
    expect(found.text).toMatch(/^At [1-9]\d* of 25 steps .* It writes something else\.$/);
  }
});

test("a GRU keeps by its update gate, and a plain cell forgets by its state", () => {
  const [layer] = plain.layers;
  const { h } = layer.states;
  const gru = { ...layer, states: { h }, gates: { r: h, z: h, n: h } };
  const ofGru = experimentsFor([gru], pieces);
  expect(ofGru.map(({ name }) => name)).toContain("Hold the update gate open");
  expect(ofGru[0].changes.interventions[0]).toMatchObject({ what: "h", value: 0 });
  expect(experimentsFor([{ ...layer, states: { h }, gates: {} }], ["a"]).map(({ name }) => name)).toEqual([
    "Start from another state",
  ]);
});

test("what does nothing is said to do nothing", () => {
  const nothing: Intervention = { layer: 0, what: "h", from: 500, value: 0 };
  const same = trace(network, ids, { interventions: [nothing] });
  expect(whatChanged(reading, { trace: same, plain: branch("a"), changed: branch("a") })).toEqual({
    ...{ isNothing: true, text: "Nothing changed: the network expects and writes the same." },
  });
  const removed = without(0, 5, plain.layers[0].states);
  expect(removed.interventions).toEqual([
    { layer: 0, what: "h", units: [5], value: 0 },
    { layer: 0, what: "c", units: [5], value: 0 },
  ]);
});
