// Several steps of each optimiser, and clipping, beside PyTorch's, which scripts/fixtures.py wrote down.
import { Adam, AdamW, clipGradNorm, type Device, SGD, type Tensor } from "unrolled";
import { type Optimiser, RMSprop } from "unrolled/optim";
import { multiply, sum } from "unrolled/tensor";
import { describe, expect, test } from "vitest";
import { numbersOf } from "./gradients.ts";
import { devices, type Entries, entryErrors, fixtures, place } from "./pytorch.ts";

interface Trajectory {
  readonly name: string;
  readonly kind: string;
  readonly options: unknown;
  readonly parameters: readonly Entries[];
  /** Of each step and parameter; null where there was none. */
  readonly gradients: readonly (readonly (Entries | null)[])[];
  readonly trajectory: readonly (readonly Entries[])[];
}

interface Clipping {
  readonly maxNorm: number;
  readonly norm: number;
  readonly gradients: readonly Entries[];
  readonly clipped: readonly Entries[];
}

const optimisers: Record<string, new (parameters: readonly Tensor[], options: never) => Optimiser> = {
  SGD,
  RMSprop,
  Adam,
  AdamW,
};

/** Lets a gradient arrive, by way of a loss that has it. */
function arrive(device: Device, parameter: Tensor, gradient: Entries): void {
  device.scope(() => sum(multiply(parameter, place(device, gradient))).backward());
}

describe.each(devices)("on $name", ({ device, tolerance }) => {
  test.each(fixtures<Trajectory>("optimisers"))("$name", async (fixture) => {
    const parameters = fixture.parameters.map((entries) => place(device, entries, true));
    const build = () => new optimisers[fixture.kind](parameters, fixture.options as never);
    let optimiser = build();
    const found: string[] = [];
    for (const [step, gradients] of fixture.gradients.entries()) {
      if (step === 4 && device.backend !== "reference") {
        // Goes on in another optimiser, from the first one's state.
        const state = await optimiser.stateDict();
        optimiser = build();
        optimiser.loadStateDict(state);
        expect(optimiser.steps).toBe(4);
      }
      optimiser.zeroGrad();
      parameters.forEach((parameter, index) => {
        const gradient = gradients[index];
        if (gradient) arrive(device, parameter, gradient);
      });
      optimiser.step();
      parameters.forEach((parameter, index) => {
        const expected = fixture.trajectory[step][index].data;
        const name = `parameter ${index} after step ${step + 1}`;
        found.push(...entryErrors(name, device, numbersOf(parameter), expected, tolerance));
      });
    }
    expect(found.join("\n")).toBe("");
  });

  test.each(fixtures<Clipping>("clipping"))(
    "clipping to $maxNorm",
    ({ maxNorm, norm, gradients, clipped }) => {
      const parameters = gradients.map((entries) => {
        const parameter = place(device, entries, true);
        arrive(device, parameter, entries);
        return parameter;
      });
      expect(Math.abs(clipGradNorm(parameters, maxNorm) / norm - 1)).toBeLessThan(tolerance);
      // PyTorch adds 1e-6 to the norm before it divides.
      const found = parameters.flatMap((parameter, index) =>
        entryErrors(
          `gradient ${index}`,
          device,
          numbersOf(parameter.grad!),
          clipped[index].data,
          tolerance + 1e-6,
        ),
      );
      expect(found.join("\n")).toBe("");
    },
  );
});
