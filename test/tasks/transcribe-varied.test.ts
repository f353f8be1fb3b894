// Recordings that a recogniser hears otherwise each time.
import { openDevice, trainTokenizer } from "unrolled";
import { describe, expect, test } from "vitest";
import { valuesOf } from "../../src/options/option.ts";
import type { VariedPlace } from "../../src/tasks/sound/varied-sounds.ts";
import { TRANSCRIBE_OPTIONS } from "../../src/tasks/transcribe/transcribe-options.ts";
import { hearingOf, TranscribeReader } from "../../src/tasks/transcribe/transcribe-reading.ts";
import { transcribeTask } from "../../src/tasks/transcribe/transcribe-task.ts";
import { variedUtterances } from "../../src/tasks/transcribe/transcribe-varied.ts";
import { resolveSettingsOf } from "../../src/training/resolve-settings.ts";
import { utterances } from "./recognisers.ts";

describe("utterances are varied in training", () => {
  /** Frames of the examples of a batch, as so many threads have them. */
  async function heard(given: object, { epoch = 0, rows = [4] } = {}) {
    const settings = resolveSettingsOf(transcribeTask, { deltas: 0, batchSize: 4, seed: 3, ...given });
    const data = { train: utterances(16, 1), val: utterances(4, 2) };
    const device = await openDevice();
    const { batch } = await transcribeTask.prepare({ data, settings, threads: 1, device } as never);
    const { parts } = batch({ epoch, batch: 1 }, rows);
    return parts.flatMap((part) => part!.share).map(({ frames }) => frames);
  }
  const masked = { timeMasks: 1, timeMaskWidth: 3, frequencyMasks: 1, frequencyMaskWidth: 2 };

  test("by seed, epoch and example alone, on any number of threads", async () => {
    const once = await heard(masked);
    expect(once).toHaveLength(4);
    expect(await heard(masked)).toEqual(once);
    expect(await heard(masked, { rows: [2, 2] })).toEqual(once);
    expect(await heard(masked, { epoch: 1 })).not.toEqual(once);
    expect(await heard({})).not.toEqual(once);
    expect(once.some((frames) => frames.includes(0))).toBe(true);
  });

  test("noise needs sound", async () => {
    await expect(heard({ noise: ["white"] })).rejects.toThrow(/noise is white, needed recordings of sound/);
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

    const speeds = { ...sized, speeds: ["1", "2"] };
    const other = await variedUtterances(speeds, [short], reader, { ...batching, isInfinite: false });
    const ten = Array.from({ length: 10 }, (_, at) => at);
    const stepsIn = (placeOf: (at: number) => VariedPlace) =>
      new Set(ten.map((at) => other!(short, placeOf(at)).steps));
    expect(stepsIn((epoch) => ({ epoch, example: 0 }))).toEqual(new Set([3, 5]));
    expect(stepsIn((example) => ({ epoch: 0, example }))).toEqual(new Set([3, 5]));
    expect(stepsIn(() => place).size).toBe(1);
  });
});
