import {
  type Classified,
  type ClassifyInput,
  listen,
  predict,
  predictAll,
} from "../tasks/classify/classify-answers.ts";
import type { HeardFrame } from "../tasks/sound/listening.ts";
import { type Bundle, openedOnce } from "./bundle.ts";
import type * as Declared from "./declarations/classify.d.ts";
import { openerOf } from "./open-network.ts";

const open = openerOf<ClassifyInput, Classified, Classified & HeardFrame>({
  ...{ name: "classify", predict, predictAll, listen },
});

/** A classifier in one file. */
export function bundled(bundle: Bundle): typeof Declared {
  const load = openedOnce(bundle, open);
  return {
    task: "classify",
    load,
    predict: async (input) => (await load()).predict(input),
    predictAll: async (inputs) => (await load()).predictAll(inputs),
    listen: async (options) => (await load()).listen(options),
  };
}
