// Models of Keras and TensorFlow.js as people open them: streams of those whose length is fixed, weights whose names Keras 3 has written.
import { existsSync, readFileSync } from "node:fs";
import { type Device, openDevice, openModel } from "unrolled";
import { beforeAll, describe, expect, it, test } from "vitest";
import { required } from "./required.ts";

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`fixtures/keras/library/${name}`, import.meta.url)));
const faults = new URL("../../shared/data/faults/", import.meta.url);

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});

test("a model whose length is fixed streams where its layers allow it, and ends where the whole does", async () => {
  const model = await openModel(fixture("window.keras"), { device });
  expect(model.inputs).toMatchObject([{ name: "window", axes: ["B", 6, 3] }]);
  const [{ name }] = model.outputs;
  const steps = Array.from({ length: 6 }, (_, t) => [t / 3 - 1, 0.5, -t / 4]);
  const whole = (await model.run({ window: [steps] }))[name];
  const [session, pool] = [model.session(), model.pool({ capacity: 1 })];
  const pooled = pool.open();
  const last = new Float32Array(2);
  for (const step of steps) {
    const made = session.step({ window: [step] })[name];
    pool.stepInto([pooled], { window: step }, { [name]: last });
    expect([...last]).toEqual([...(made.data as Float32Array)]);
  }
  for (let at = 0; at < last.length; at++) expect(last[at]).toBeCloseTo(whole.data[at], 6);
});

describe.runIf(required(existsSync(faults), faults.pathname))("what TensorFlow.js has of Keras 3", () => {
  it("keras3-tfjs opens, its weights being under the model's name", async () => {
    const folder = new URL("keras3-tfjs/", faults);
    const model = await openModel(folder.pathname, { device });
    if (!("network" in model)) throw new Error("needed a network");
    const weights = new Float32Array(Uint8Array.from(readFileSync(new URL("weights.bin", folder))).buffer);
    const parameters = model.network.stateDict();
    const table = (await parameters)["embedding_Embedding1.weight"];
    expect(table.shape).toEqual([7, 3]);
    expect([...table.data]).toEqual([...weights.subarray(0, 21)]);
    const [output] = model.outputs;
    const made = await model.run({ [model.inputs[0].name]: [[1, 2, 0]] });
    expect(made[output.name].shape).toEqual([1, 2]);
  });
});
