import type { CaptionInput, DescribedPicture } from "../tasks/caption/caption-answers.ts";
import { captionTask } from "../tasks/caption/caption-task.ts";
import { type Bundle, openedOnce } from "./bundle.ts";
import type * as Declared from "./declarations/caption.d.ts";
import { openerOf } from "./open-network.ts";

const { name, predict, predictAll } = captionTask;
const open = openerOf<CaptionInput, DescribedPicture>({ name, predict, predictAll });

/** What describes pictures, in one file. */
export function bundled(bundle: Bundle): typeof Declared {
  const load = openedOnce(bundle, open);
  return {
    task: "caption",
    load,
    predict: async (input) => (await load()).predict(input),
    predictAll: async (inputs) => (await load()).predictAll(inputs),
  };
}
