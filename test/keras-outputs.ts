import { type Device, ints, tensor } from "unrolled";
import { type NetworkData, networkFrom } from "unrolled/network";
import { expect } from "vitest";

/** A tensor in a fixture. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

const TOLERANCE = 1e-5;

/** Runs a network that was read from a file on the inputs of a fixture, and compares what it gives, in order. */
export async function expectOutputs(
  device: Device,
  data: NetworkData,
  inputs: readonly Numbers[],
  outputs: readonly Numbers[],
): Promise<void> {
  const network = networkFrom(device, data);
  const { config } = data;
  const given = config.inputs.map(({ name, kind }, at) => {
    const { shape, data } = inputs[at];
    return [name, kind === "int" ? ints(device, data, shape) : tensor(device, data, shape)] as const;
  });
  const result = network.forward(Object.fromEntries(given));
  expect(config.outputs.length).toBe(outputs.length);
  for (const [at, { name }] of config.outputs.entries()) {
    const output = result.outputs[name];
    expect([name, ...output.shape]).toEqual([name, ...outputs[at].shape]);
    const values = await output.toArray();
    for (const [index, expected] of outputs[at].data.entries()) {
      const tolerance = TOLERANCE * Math.max(1, Math.abs(expected));
      expect(
        Math.abs(values[index] - expected),
        `${name}[${index}]: ${values[index]}, not ${expected}`,
      ).toBeLessThan(tolerance);
    }
  }
}
