// What docs/guides/models-from-elsewhere.md says of ONNX's operators, against the registry.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { operatorNames } from "../../src/formats/onnx/operators.ts";
import { LEFT } from "./left-operators.ts";

const guide = readFileSync(new URL("../../docs/guides/models-from-elsewhere.md", import.meta.url), "utf8");

/** Names of the quotation that follows a text. */
function quotedAfter(text: string): string[] {
  const [, quotation] = guide.split(text)[1].match(/((?:^>.*\n)+)/m)!;
  return quotation
    .replace(/[>,\n]/g, " ")
    .trim()
    .split(/\s+/);
}

test("it names every operator that is read", () => {
  const others = operatorNames("").filter((name) => !["RNN", "GRU", "LSTM"].includes(name));
  expect(quotedAfter("Of RNN, GRU and LSTM every attribute; beside them")).toEqual(others);
});

test("it names every operator of ONNX's node tests that is not", () => {
  expect(quotedAfter("Of the operators in ONNX's own tests these are not read").sort()).toEqual(
    Object.values(LEFT).flat().sort(),
  );
});
