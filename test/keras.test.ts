// Files of Keras give what it gives: those that Keras 3 saved itself (scripts/keras-library-fixtures.py), and files of earlier versions,
// written by hand from the published layout, whose outputs are its equations' (scripts/keras-fixtures.py).
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
const listed = (folder: string): Case[] =>
  (JSON.parse(fixture(`${folder}models.json`).toString()) as Case[]).map((one) => ({
    ...one,
    file: `${folder}${one.file}`,
  }));
const CASES: readonly Case[] = [...listed(""), ...listed("library/")];
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
