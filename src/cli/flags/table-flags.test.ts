import { Command } from "commander";
import { expect, test } from "vitest";
import { VARIATION_OPTIONS } from "../../tasks/sound/variation-options.ts";
import { TRANSLATE_ANSWER_OPTIONS, TRANSLATE_OPTIONS } from "../../tasks/translate/translate-options.ts";
import { flagFor } from "./table-flags.ts";

test.each(Object.entries({ ...TRANSLATE_OPTIONS, ...TRANSLATE_ANSWER_OPTIONS }))(
  "the flag of %s is read as that option, whatever its name begins with",
  (name, option) => {
    expect(flagFor(name, option).attributeName()).toBe(name);
  },
);

test("a list that is something by itself is named in the help", () => {
  expect(flagFor("noiseSnr", VARIATION_OPTIONS.noiseSnr).defaultValueDescription).toBe("5,25");
});

test("an option that begins with no has its value", () => {
  const command = new Command().addOption(flagFor("noRepeatNgram", TRANSLATE_ANSWER_OPTIONS.noRepeatNgram));
  expect(command.parse(["--no-repeat-ngram", "2"], { from: "user" }).opts()).toEqual({ noRepeatNgram: 2 });
});
