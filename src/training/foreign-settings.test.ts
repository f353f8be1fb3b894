// Settings out of a file that somebody else may have written.
import { expect, test } from "vitest";
import { UnrolledError } from "../errors.ts";
import { DEFAULT_SETTINGS, resolveSettings } from "./resolve-settings.ts";
import type { PartialSettings } from "./settings.ts";

const FOREIGN: readonly unknown[] = [
  null,
  true,
  "many",
  "5",
  [],
  {},
  { steps: "5" },
  { steps: null },
  -1,
  0.5,
  1e300,
];

test.each(Object.keys(DEFAULT_SETTINGS))("%s is taken or refused by name, whatever stands there", (name) => {
  for (const value of FOREIGN) {
    try {
      resolveSettings({ [name]: value } as PartialSettings);
    } catch (error) {
      expect(error).toBeInstanceOf(UnrolledError);
      expect((error as Error).message).toMatch(/^train: [\w.]+ (is|needs) /);
    }
  }
});

test.each([
  [{ budget: null }, "train: budget is null, needed one of steps, epochs or minutes, above 0"],
  [{ budget: { steps: "5" } }, 'train: budget is {"steps":"5"}, needed'],
  [{ freeze: null }, "train: freeze is null, needed a list"],
  [{ checkpointEvery: {} }, "train: checkpointEvery is {}, needed null, or one of steps or seconds, above 0"],
  [{ gradClip: null }, "train: gradClip is null, needed"],
])("%j", (settings, message) => {
  expect(() => resolveSettings(settings as unknown as PartialSettings)).toThrow(message);
});
