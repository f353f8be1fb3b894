import { openLanguageModel } from "../tasks/language/folder/open-language-model.ts";
import { generate } from "../tasks/language/model/generate-text.ts";
import { type Bundle, openedOnce } from "./bundle.ts";
import type * as Declared from "./declarations/language.d.ts";

/** A language model in one file. */
export function bundled(bundle: Bundle): typeof Declared {
  const load = openedOnce(bundle, openLanguageModel);
  return {
    task: "language",
    load,
    async *generate(prompt, options) {
      yield* generate(await load(), prompt, options);
    },
    predict: async (prompt, options) => (await load()).predict(prompt, options),
  };
}
