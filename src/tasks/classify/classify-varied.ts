import { UnrolledError } from "../../errors.ts";
import { SoundReader } from "../sound/sound-reader.ts";
import { type VariedPlace, VariedSounds, varies, variesSamples } from "../sound/varied-sounds.ts";
import type { ClassifyExample, ClassifyReader } from "./classify-examples.ts";
import type { ClassifySettings } from "./classify-options.ts";
import type { ClassifyColumns } from "./classify-records.ts";

/** How recordings are varied each time, where they are. */
export async function varied(
  columns: ClassifyColumns | undefined,
  settings: ClassifySettings & { readonly seed: number },
  reader: ClassifyReader,
) {
  if (!columns?.sound || !varies(settings)) return undefined;
  if (settings.window !== null && variesSamples(settings))
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
  const sounds = await VariedSounds.of(settings, new SoundReader(columns.sound), (frames) =>
    reader.scale(frames),
  );
  return (example: ClassifyExample, place: VariedPlace): ClassifyExample => ({
    ...example,
    inputs: sounds.of({ frames: example.inputs as Float32Array, samples: example.samples }, place),
    samples: undefined,
  });
}
