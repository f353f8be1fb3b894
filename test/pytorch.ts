import { readFileSync } from "node:fs";
import { Device, type Tensor, tensor } from "unrolled";
import { add, multiply, sum } from "unrolled/tensor";
import { openEveryBackend } from "../src/kernels/conformance/open.ts";
import { loadReference } from "../src/kernels/load-reference.ts";
import { openBackend } from "../src/kernels/select.ts";
import { numbersOf } from "./gradients.ts";

/** Numbers as scripts/fixtures.py writes them. */
export interface Entries {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** One forward and backward pass of PyTorch in float64. */
export interface Fixture {
  readonly name: string;
  readonly kind: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, Entries>>;
  readonly parameters: Readonly<Record<string, Entries>>;
  readonly outputs: Readonly<Record<string, Entries>>;
  /** The gradients that arrived at the outputs. */
  readonly arriving: Readonly<Record<string, Entries>>;
  readonly gradients: Readonly<Record<string, Entries>>;
}

/** The cases of one file under test/fixtures. */
export function fixtures<Case>(file: string): readonly Case[] {
  return JSON.parse(readFileSync(new URL(`fixtures/${file}.json`, import.meta.url), "utf8")).cases;
}

/** The reference and every float32 backend of this machine, with the tolerance that each is held to. */
export const devices: readonly {
  readonly name: string;
  readonly device: Device;
  readonly tolerance: number;
}[] = [await openBackend("reference", loadReference), ...(await openEveryBackend())].map((backend) => ({
  name: backend.name,
  device: new Device(backend),
  tolerance: backend.name === "reference" ? 1e-10 : 2e-5,
}));

/** A fixture's numbers on a device. */
export function place(device: Device, { data, shape }: Entries, requiresGrad = false): Tensor {
  return tensor(device, data, shape, { requiresGrad });
}

/** A fixture's inputs on a device, as leaves. */
export function placeAll(device: Device, inputs: Readonly<Record<string, Entries>>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, entries]) => [name, place(device, entries, true)]),
  );
}

/**
 * Walks back from the gradients that arrived in PyTorch, and returns the entries of outputs and gradients that differ from
 * PyTorch's, one to a line: "gradient of weight_hh_l0[15]: wasm 0.31, PyTorch 0.29".
 */
export function passErrors(
  fixture: Fixture,
  outputs: Readonly<Record<string, Tensor>>,
  leaves: Readonly<Record<string, Tensor>>,
  tolerance: number,
): string {
  const found: string[] = [];
  const parts: Tensor[] = [];
  for (const [name, expected] of Object.entries(fixture.outputs)) {
    const { device } = outputs[name];
    found.push(...entryErrors(name, device, numbersOf(outputs[name]), expected.data, tolerance));
    const arriving = tensor(device, fixture.arriving[name].data, outputs[name].shape);
    parts.push(sum(multiply(outputs[name], arriving)));
  }
  parts.reduce((total, part) => add(total, part)).backward();
  for (const [name, expected] of Object.entries(fixture.gradients)) {
    const gradient = leaves[name].grad;
    const entries = gradient ? numbersOf(gradient) : [];
    found.push(...entryErrors(`gradient of ${name}`, leaves[name].device, entries, expected.data, tolerance));
  }
  return found.join("\n");
}

/** The entries that differ by more than the tolerance, relative above 1 and absolute below. */
export function entryErrors(
  name: string,
  device: Device,
  entries: readonly number[],
  expected: readonly number[],
  tolerance: number,
): string[] {
  if (entries.length !== expected.length) {
    return [`${name}: ${device.backend} has ${entries.length} entries, PyTorch ${expected.length}`];
  }
  return expected.flatMap((entry, index) =>
    Math.abs(entries[index] - entry) <= tolerance * Math.max(1, Math.abs(entry))
      ? []
      : [`${name}[${index}]: ${device.backend} ${entries[index]}, PyTorch ${entry}`],
  );
}
