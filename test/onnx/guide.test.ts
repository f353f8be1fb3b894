// What docs/guides/models-from-elsewhere.md says is read, against the registries of the readers.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { guidePath, guideWithTable } from "../../scripts/formats-read.mjs";
import { operatorNames } from "../../src/formats/onnx/operators.ts";
import { LEFT } from "./left-operators.ts";

const guide = readFileSync(guidePath, "utf8");

/** Names of the quotation that follows a text. */
function quotedAfter(text: string): string[] {
  const [, quotation] = guide.split(text)[1].match(/((?:^>.*\n)+)/m)!;
  return quotation
    .replace(/[>,\n]/g, " ")
    .trim()
    .split(/\s+/);
}

test("its table of what is read is that of the readers; `npm run reference` writes it again", () => {
  expect(guide).toBe(guideWithTable(guide));
  expect(guide).toContain(operatorNames("").join(", "));
});

test("it names every operator of ONNX's node tests that is not", () => {
  expect(quotedAfter("Of the operators in ONNX's own tests these are not read").sort()).toEqual(
    Object.values(LEFT).flat().sort(),
  );
});
