import {
  predict,
  predictAll,
  predictEvents,
  type TranslateInput,
  type Translation,
} from "../tasks/translate/translate-answers.ts";
import { type Bundle, openedOnce } from "./bundle.ts";
import type * as Declared from "./declarations/translate.d.ts";
import { openerOf } from "./open-network.ts";

const open = openerOf<TranslateInput, Translation>({
  ...{ name: "translate", predict, predictAll, predictEvents },
});

/** A translator in one file. */
export function bundled(bundle: Bundle): typeof Declared {
  const load = openedOnce(bundle, open);
  return {
    task: "translate",
    load,
    predict: async (input) => (await load()).predict(input),
    predictAll: async (inputs) => (await load()).predictAll(inputs),
    async *predictEvents(input) {
      yield* (await load()).predictEvents(input);
    },
  };
}
