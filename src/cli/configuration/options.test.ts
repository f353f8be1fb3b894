import { expect, test } from "vitest";
import { TRANSCRIBE_PRESETS } from "../../tasks/transcribe/transcribe-presets.ts";
import { presetsHelp } from "./options.ts";

test("what presets are stands behind their names, however long these are", () => {
  const lines = presetsHelp(TRANSCRIBE_PRESETS).split("\n");
  for (const [name, { description }] of Object.entries(TRANSCRIBE_PRESETS)) {
    const line = lines.find((each) => each.startsWith(`  ${name} `));
    expect(line?.indexOf(description.slice(0, 12))).toBe(20);
  }
});
