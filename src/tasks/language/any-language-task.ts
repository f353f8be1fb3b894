import { prepareConditioned } from "./condition/prepare-conditioned.ts";
import { storedLanguageModel } from "./folder/stored-language-model.ts";
import { type LanguageBeginning, languageTask, prepareLanguage } from "./language-task.ts";

/** The task "language" with all that it can begin with: apart, because most pages train new models without a condition. */
export const anyLanguageTask = {
  ...languageTask,
  prepare: (beginning: LanguageBeginning) =>
    prepareLanguage(beginning, { prepareConditioned, storedLanguageModel }),
};
