// Recordings that a recogniser hears otherwise each time.
import { trainTokenizer } from "unrolled";
import { describe, expect, test } from "vitest";
import { readSafetensors } from "../../src/formats/safetensors.ts";
import { valuesOf } from "../../src/options/option.ts";
import { TRANSCRIBE_OPTIONS } from "../../src/tasks/transcribe/transcribe-options.ts";
import { hearingOf, TranscribeReader } from "../../src/tasks/transcribe/transcribe-reading.ts";
import { variedUtterances } from "../../src/tasks/transcribe/transcribe-varied.ts";
import { QUICK, trained, utterances } from "./recognisers.ts";

describe("utterances are varied in training", () => {
  const data = { train: utterances(16, 1), val: utterances(4, 2) };
  const masked = { timeMasks: 1, timeMaskWidth: 3, frequencyMasks: 1, frequencyMaskWidth: 2 };
  const quick = { ...QUICK, hiddenSize: 6, deltas: 0, budget: { epochs: 2 }, evalEvery: 0, batchSize: 4 };
  const weights = async (settings: object, given: object = data) => {
    const { files } = await trained(given, { ...quick, ...settings });
    return Buffer.from(files["model.safetensors"] as Uint8Array).toString("base64");
  };

  test("by seed, epoch and example alone, on any number of threads", async () => {
    const once = await weights(masked);
    expect(await weights(masked)).toBe(once);
    expect(await weights({})).not.toBe(once);
    const [one, two] = await Promise.all(
      [1, 2].map(async (threads) => {
        const { files } = await trained(data, { ...quick, ...masked, threads });
        return readSafetensors(files["model.safetensors"])["decoder.weight"].data;
      }),
    );
    for (const [at, weight] of one.entries()) expect(two[at]).toBeCloseTo(weight, 4);
  });

  test("noise needs sound", async () => {
    await expect(weights({ noise: ["white"] })).rejects.toThrow(/noise is white, needed recordings of sound/);
  });

  test("one that would be too fast for its target is heard as it was", async () => {
    const settings = valuesOf("train", TRANSCRIBE_OPTIONS, { speeds: ["2"], deltas: 0, featureWidth: 1 });
    const hearing = hearingOf(settings);
    const values = Float32Array.of(1, 2, 3, 4, 5);
    const reading = { hearing, width: 1, moments: null, normalize: "none", lowercase: true } as const;
    const tokenizer = trainTokenizer({ kind: "char", text: "ab" }).toJSON();
    const reader = new TranscribeReader({ ...reading, tokenizer });
    const batching = { width: 1, joined: 1, stride: 1, blank: 0, loss: "ctc", meanLabels: 1 } as const;
    const recorded = { features: { width: 1, values } };
    const example = (target: number[]) => ({
      ...{ file: "", text: "", frames: values, steps: 5, recorded, target: Int32Array.from(target) },
    });
    const [short, long] = [example([1, 2]), example([1, 1, 2])];
    const sized = { ...settings, seed: 1, delimiter: null };
    const vary = await variedUtterances(sized, [short], reader, { ...batching, isInfinite: false });
    const place = { epoch: 0, example: 0 };
    expect(vary!(short, place)).toMatchObject({ steps: 3, frames: Float32Array.of(1, 3, 5) });
    expect(vary!(long, place)).toMatchObject({ steps: 5, frames: values });
  });
});
