// ONNX's own node tests: of those whose operators and types are read, every number is right; what is left is listed here by name.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openDevice } from "unrolled";
import { describe, expect, test } from "vitest";
import { operatorNames } from "../../src/formats/onnx/operators.ts";
import { required } from "../required.ts";
import { LEFT } from "./left-operators.ts";
import { readNodeTests, runNodeTest } from "./node-archive.ts";

const archive = fileURLToPath(new URL("../../../shared/data/onnx-node/node-tests.tar.gz", import.meta.url));

/** What else of the tests is refused, as the error says it. */
const REFUSED: readonly (readonly [reason: string, pattern: RegExp])[] = [
  ["types of fewer than 8 bits, or of 8 with a fraction", /\b(u?int[24]|float[48]e\w+)\b.* is not supported/],
  ["strings", /\bstring\b.* is not supported/],
  ["sequences and optionals", /is (sequence|optional), which is not supported/],
  ["whole numbers that float64 does not hold", /larger than 2\^53/],
  ["versions of the operators", /the model uses version (1|28) of ONNX's operators/],
  ["training", /training_mode/],
];

const PASSED = 1041;

describe.runIf(required(existsSync(archive), archive))(`skipped where ${archive} is missing`, () => {
  test("what is read gives ONNX's numbers, and what is left is what the table says", async () => {
    const device = await openDevice();
    const wrong: string[] = [];
    const unexplained: string[] = [];
    const left = new Set<string>();
    let passed = 0;
    for (const own of readNodeTests(archive)) {
      const { outcome, why } = runNodeTest(device, own);
      if (outcome === "passed") passed++;
      else if (outcome === "wrong") wrong.push(`${own.name}: ${why}`);
      else {
        const unread = [...why.matchAll(/\(([\w.]+)\) is not supported/g)].map(([, name]) => name);
        for (const name of unread) left.add(name);
        if (unread.length === 0 && !REFUSED.some(([, pattern]) => pattern.test(why))) {
          unexplained.push(`${own.name}: ${why}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(unexplained).toEqual([]);
    expect([...left].sort()).toEqual(Object.values(LEFT).flat().sort());
    expect(passed).toBe(PASSED);
  }, 120_000);

  test("nothing that is read stands among what is left", () => {
    const read = new Set(operatorNames(""));
    expect(
      Object.values(LEFT)
        .flat()
        .filter((name) => read.has(name)),
    ).toEqual([]);
  });
});
