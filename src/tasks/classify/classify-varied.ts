import { UnrolledError } from "../../errors.ts";
import type { Recorded } from "../sound/ear.ts";
import { SoundReader } from "../sound/sound-reader.ts";
import { type VariedPlace, VariedSounds, varies, variesRecorded } from "../sound/varied-sounds.ts";
import type { ClassifyExample, ClassifyReader } from "./classify-examples.ts";
import type { ClassifySettings } from "./classify-options.ts";
import type { ClassifyColumns } from "./classify-records.ts";

/** How recordings are varied each time, where they are. */
export async function varied(
  columns: ClassifyColumns | undefined,
  settings: ClassifySettings & { readonly seed: number },
  reader: ClassifyReader,
  examples: readonly ClassifyExample[],
) {
  if (!columns?.sound || !varies(settings)) return undefined;
  if (settings.window !== null && variesRecorded(settings))
    throw new UnrolledError("invalid-argument", {
      call: "train",
      problem: [
        { option: "speeds" },
        " and ",
        { option: "noise" },
        " vary whole recordings, without ",
        { option: "window" },
      ],
    });
  const heard = new SoundReader(columns.sound);
  const hears = {
    ear: heard.ear,
    width: heard.names.length,
    frames: (recorded: Recorded, tract: number) =>
      reader.scale(heard.frames(recorded, "a recording played faster", tract)),
  };
  const sounds = await VariedSounds.of(settings, hears, examples);
  return (example: ClassifyExample, place: VariedPlace): ClassifyExample => ({
    ...example,
    inputs: sounds.of({ frames: example.inputs as Float32Array, recorded: example.recorded }, place),
    recorded: undefined,
  });
}
