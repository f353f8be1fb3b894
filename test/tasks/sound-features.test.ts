// Files of features that other programs have made of sound, read as recordings are.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeWav } from "unrolled/audio";
import { afterAll, describe, expect, it } from "vitest";
import { valuesOf } from "../../src/options/option.ts";
import { CLASSIFY_OPTIONS } from "../../src/tasks/classify/classify-options.ts";
import { classifyTask } from "../../src/tasks/classify/classify-task.ts";
import { htkFile, sphinxFile } from "../audio/feature-file.ts";

const folder = mkdtempSync(join(tmpdir(), "features-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What is found out before the first step. */
async function prepared(train: readonly string[], settings: object) {
  const all = { ...valuesOf("train", CLASSIFY_OPTIONS, { audio: true, ...settings }), seed: 1, batchSize: 8 };
  const { facts } = await classifyTask.prepare({
    ...({ data: { train }, settings: all, threads: 1 } as unknown as Parameters<
      typeof classifyTask.prepare
    >[0]),
  });
  return facts;
}

describe("files of features", () => {
  const write = (name: string, bytes: Uint8Array) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const numbers = Array.from({ length: 60 }, (_, at) => Math.sin(at));
  const mfc = (name: string) => write(name, sphinxFile(numbers));
  const htk = (name: string) => write(name, htkFile({ width: 6, values: numbers }));
  const names = ["a_1", "b_1", "a_2", "b_2"];
  const settings = { label: "{label}_{index}", featureWidth: 6, deltas: 1, valFraction: 0 };

  it("are read as recordings are", async () => {
    for (const made of [mfc, htk]) {
      const paths = names.map((name) => made(`${name}.${made === mfc ? "mfc" : "htk"}`));
      const facts = await prepared(paths, settings);
      expect(facts?.columns?.features).toEqual(
        [..."123456", ..."123456"].map((n, at) => (at < 6 ? n : `Δ${n}`)),
      );
    }
    const varied = { ...settings, speeds: ["0.9"], vocalTracts: ["0.9", "1.1"] };
    await prepared(
      names.map((name) => mfc(`${name}.mfc`)),
      varied,
    );
  });

  it("do not mix with sound, nor noise or another vocal tract with what is made of it", async () => {
    const first = write("tone.wav", writeWav({ sampleRateHz: 8000, channels: [new Float32Array(800)] }));
    await expect(prepared([mfc("a_1.mfc"), first], { ...settings, label: "folder" })).rejects.toThrow(
      `${first} is sound, needed features of 6 numbers a frame, as the others are`,
    );
    await expect(
      prepared([mfc("a_1.mfc"), mfc("b_1.mfc")], { ...settings, noise: ["white"] }),
    ).rejects.toThrow("noise is white, needed recordings of sound");
    await expect(
      prepared([htk("a_1.htk"), htk("b_1.htk")], { ...settings, vocalTracts: ["0.9"] }),
    ).rejects.toThrow("vocalTracts is 0.9, needed recordings of sound, or cepstra of Sphinx");
  });
});
