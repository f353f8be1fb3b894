// The same operations on every float32 backend and on the reference: numbers and gradients agree.
import { describe, expect, test } from "vitest";
import { numbersOf, reference, weighted } from "./gradients.ts";
import { type OperationCase, operationCases } from "./operation-cases.ts";
import { devices } from "./pytorch.ts";

const TOLERANCE = 1e-5;

/** The result and the gradient of each leaf, by name. */
function figures([, inputs, operation]: OperationCase): Map<string, number[]> {
  for (const input of Object.values(inputs)) input.zeroGrad();
  const result = operation();
  weighted(result).backward();
  const gradients = Object.entries(inputs).map(
    ([name, input]) => [`gradient of ${name}`, numbersOf(input.grad!)] as const,
  );
  return new Map([["result", numbersOf(result)], ...gradients]);
}

const expected = operationCases(reference).map(figures);

describe.each(devices.filter(({ name }) => name !== "reference"))("on $name", ({ device }) => {
  test.each(operationCases(device).map((each, index) => [each[0], each, index] as const))(
    "%s",
    (_, each, index) => {
      const wrong: string[] = [];
      for (const [name, entries] of figures(each)) {
        expected[index].get(name)!.forEach((entry, place) => {
          if (!(Math.abs(entries[place] - entry) <= TOLERANCE * Math.max(1, Math.abs(entry)))) {
            wrong.push(`${name}[${place}]: ${device.backend} ${entries[place]}, reference ${entry}`);
          }
        });
      }
      expect(wrong.join("\n")).toBe("");
    },
  );
});
