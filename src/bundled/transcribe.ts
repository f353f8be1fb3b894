import type { Frames } from "../audio/frames.ts";
import type { Sound } from "../audio/sound.ts";
import { recogniserSession } from "../tasks/transcribe/recogniser-session.ts";
import { predict, predictAll, type TranscribeAnswer } from "../tasks/transcribe/transcribe-answers.ts";
import { type Bundle, openedOnce } from "./bundle.ts";
import type * as Declared from "./declarations/transcribe.d.ts";
import { openerOf } from "./open-network.ts";

const open = openerOf<Sound | Frames, Omit<TranscribeAnswer, "file">>({
  ...{ name: "transcribe", predict, predictAll },
});

/** A recogniser of speech in one file. */
export function bundled(bundle: Bundle): typeof Declared {
  const load = openedOnce(bundle, open);
  return {
    task: "transcribe",
    load,
    predict: async (input) => (await load()).predict(input),
    predictAll: async (inputs) => (await load()).predictAll(inputs),
    listen: async (options) => recogniserSession(await load(), options),
  };
}
