import { parameterName } from "../cells/parameters.ts";
import type { ParameterShape } from "../cells/spec.ts";
import { Parameter, uniformParameter } from "../module/module.ts";
import type { Generator } from "../random/philox.ts";
import type { Device } from "../tensor/device.ts";
import type { CellWeights } from "./cell.ts";

/** Names of the parameters of one layer in one direction, by their keys. */
export type ParameterNames = ReadonlyMap<string, string>;

/**
 * Draws the parameters of one layer in one direction and puts them into `weights` under their names with a suffix.
 *
 * @param hidden H, on which the range of what is drawn depends
 */
export function drawParameters(
  weights: Map<string, Parameter>,
  device: Device,
  parameters: readonly ParameterShape[],
  {
    suffix,
    hidden,
    generator,
  }: { readonly suffix: string; readonly hidden: number; readonly generator: Generator },
): ParameterNames {
  const bound = 1 / Math.sqrt(hidden);
  const names = new Map<string, string>();
  for (const described of parameters) {
    const { key, shape, begins, blocks = {} } = described;
    const name = parameterName(described, suffix);
    const parameter =
      begins === "drawn" ? uniformParameter(device, shape, bound, generator) : new Parameter(device, shape);
    const fill = (start: number, length: number, value: number) => {
      device.kernels.fill(parameter.offset + start, value, length);
      parameter.changed();
    };
    if (typeof begins === "number" && begins !== 0) fill(0, parameter.size, begins);
    for (const [block, value] of Object.entries(blocks)) fill(Number(block) * hidden, hidden, value);
    names.set(key, name);
    weights.set(name, parameter);
  }
  return names;
}

/** The parameters that `drawParameters` put there, by their keys. */
export function weightsNamed(
  weights: ReadonlyMap<string, Parameter>,
  names: ParameterNames,
): CellWeights<Parameter> {
  return Object.fromEntries(
    [...names].map(([key, name]) => [key, weights.get(name)]),
  ) as unknown as CellWeights<Parameter>;
}

/** Something made of each of a layer's weights. */
export function eachWeight<Entry, Made>(
  weights: CellWeights<Entry>,
  make: (weight: Entry) => Made,
): CellWeights<Made> {
  const entries = Object.entries<Entry | undefined>({ ...weights });
  return Object.fromEntries(
    entries.map(([key, weight]) => [key, weight === undefined ? undefined : make(weight)]),
  ) as unknown as CellWeights<Made>;
}

/** How many numbers some parameters have. */
export function numbersIn(parameters: readonly ParameterShape[]): number {
  return parameters.reduce(
    (sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1),
    0,
  );
}
