// Files of Keras, written by hand from its published layout (scripts/keras-fixtures.py), give what its equations give.
import { readFileSync } from "node:fs";
import { type Device, openDevice } from "unrolled";
import { readKeras } from "unrolled/formats/keras";
import { beforeAll, describe, it } from "vitest";
import { expectOutputs, type Numbers } from "./keras-outputs.ts";

interface Case {
  readonly name: string;
  readonly file: string;
  readonly config?: string;
  readonly inputs: readonly Numbers[];
  readonly outputs: readonly Numbers[];
}

const fixture = (name: string) => readFileSync(new URL(`fixtures/keras/${name}`, import.meta.url));
const CASES: readonly Case[] = JSON.parse(fixture("models.json").toString());
let device: Device;
beforeAll(async () => {
  device = await openDevice();
});

describe.each(CASES)("$name", ({ file, config, inputs, outputs }) => {
  it("gives what it has to", async () => {
    const read = await readKeras(fixture(file), config === undefined ? {} : { config });
    await expectOutputs(device, read, inputs, outputs);
  });
});
