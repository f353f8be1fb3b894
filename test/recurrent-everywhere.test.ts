// Every option of the recurrent layers on every float32 backend and on the reference: outputs, states and gradients agree.
import { type Device, Generator, tensor } from "unrolled";
import { describe, expect, test } from "vitest";
import { numbersOf, randomNumbers, reference, weighted } from "./gradients.ts";
import { devices } from "./pytorch.ts";
import { layerOf, type RecurrentRow, recurrentRows } from "./recurrent-rows.ts";

const TOLERANCE = 2e-5;
const [STEPS, BATCH, INPUT, HIDDEN] = [4, 3, 5, 19];

/** What two layers give, and the gradient of each parameter, by name. */
function figures(device: Device, { kind, options }: RecurrentRow): Map<string, number[]> {
  const sizes = { inputSize: INPUT, hiddenSize: HIDDEN, numLayers: 2 };
  const layer = layerOf(device, kind, { ...sizes, ...options, generator: new Generator(5) });
  const shape = options.batchFirst ? [BATCH, STEPS, INPUT] : [STEPS, BATCH, INPUT];
  const xs = tensor(device, randomNumbers(STEPS * BATCH * INPUT, 1, -2, 2), shape, { requiresGrad: true });
  const { outputs, state } = layer.forward(xs, { lengths: [4, 1, 3] });
  weighted(outputs, state.h, ...(state.c ? [state.c] : [])).backward();
  const gradients = [["xs", xs] as const, ...layer.namedParameters()].map(
    ([name, leaf]) => [`gradient of ${name}`, leaf.grad ? numbersOf(leaf.grad) : []] as const,
  );
  return new Map([
    ["outputs", numbersOf(outputs)],
    ["h", numbersOf(state.h)],
    ...(state.c ? [["c", numbersOf(state.c)] as const] : []),
    ...gradients,
  ]);
}

const expected = recurrentRows.map((row) => figures(reference, row));

describe.each(devices.filter(({ name }) => name !== "reference"))("on $name", ({ device }) => {
  test.each(recurrentRows.map((row, index) => [row.name, row, index] as const))("%s", (_, row, index) => {
    const wrong: string[] = [];
    for (const [name, entries] of figures(device, row)) {
      expect(entries.length, name).toBe(expected[index].get(name)!.length);
      expected[index].get(name)!.forEach((entry, place) => {
        if (!(Math.abs(entries[place] - entry) <= TOLERANCE * Math.max(1, Math.abs(entry)))) {
          wrong.push(`${name}[${place}]: ${device.backend} ${entries[place]}, reference ${entry}`);
        }
      });
    }
    expect(wrong.join("\n")).toBe("");
  });
});
