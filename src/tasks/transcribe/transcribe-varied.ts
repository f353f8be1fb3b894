import { Ear, type Recorded } from "../sound/ear.ts";
import type { VariationSettings } from "../sound/variation-options.ts";
import { type VariedPlace, VariedSounds, varies } from "../sound/varied-sounds.ts";
import { leastSteps, stepsOf, type TranscribeBatching } from "./transcribe-batch.ts";
import type { TranscribeExample, TranscribeReader } from "./transcribe-reading.ts";

/** How utterances are varied each time, where they are. One that is too fast for its target is heard as it was recorded. */
export async function variedUtterances(
  settings: VariationSettings,
  examples: readonly TranscribeExample[],
  reader: TranscribeReader,
  batching: TranscribeBatching,
) {
  if (!varies(settings)) return undefined;
  const ear = new Ear(reader.hearing);
  const { width } = batching;
  const frames = (recorded: Recorded, tract: number) => reader.normalized(ear.frames(recorded, tract));
  const sounds = await VariedSounds.of(settings, { ear, width, frames }, examples);
  return ({ recorded, ...example }: TranscribeExample, place: VariedPlace): TranscribeExample => {
    const frames = sounds.of({ frames: example.frames, recorded }, place);
    const steps = frames.length / width;
    const fits = stepsOf(steps, batching) >= (batching.loss === "ctc" ? leastSteps(example.target) : 1);
    return fits ? { ...example, frames, steps } : example;
  };
}
