import type { HeardFrame } from "../tasks/sound/listening.ts";
import { listen, predict, predictAll, type Tagged, type TagInput } from "../tasks/tag/tag-answers.ts";
import { type Bundle, openedOnce } from "./bundle.ts";
import type * as Declared from "./declarations/tag.d.ts";
import { openerOf } from "./open-network.ts";

const open = openerOf<TagInput, Tagged, { readonly tag: string } & HeardFrame>({
  ...{ name: "tag", predict, predictAll, listen },
});

/** A tagger in one file. */
export function bundled(bundle: Bundle): typeof Declared {
  const load = openedOnce(bundle, open);
  return {
    task: "tag",
    load,
    predict: async (input) => (await load()).predict(input),
    predictAll: async (inputs) => (await load()).predictAll(inputs),
    listen: async (options) => (await load()).listen(options),
  };
}
