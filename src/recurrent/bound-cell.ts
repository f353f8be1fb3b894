import type { CellSpec } from "../cells/spec.ts";
import { UnrolledError } from "../errors.ts";
import type { Device } from "../tensor/device.ts";
import type { Cell } from "./cell.ts";
import type { RecurrentValues } from "./recurrent-options.ts";

/**
 * A cell with checked options, on a device.
 *
 * @throws UnrolledError "invalid-argument" for options that cannot be had together
 */
export function boundCell(device: Device, spec: CellSpec, options: RecurrentValues, call: string): Cell {
  const shape = spec.shape(options);
  const problem = cellProblem(spec, options, shape);
  if (problem) throw new UnrolledError("invalid-argument", { call, problem });
  return {
    call,
    spec,
    shape,
    bound: spec.bind(device, options, call),
    hidden: options.hiddenSize,
    equations: spec.equations && ((functionOf) => spec.equations!(options, functionOf)),
  };
}

/** What is wrong with options together that are fine one by one; known without a device. */
export function cellProblem(
  spec: CellSpec,
  options: RecurrentValues,
  shape = spec.shape(options),
): string | undefined {
  return spec.problem?.(options, shape) ?? zoneoutProblem(options, shape.states);
}

function zoneoutProblem(
  { zoneout }: RecurrentValues,
  states: readonly { readonly name: string }[],
): string | undefined {
  for (const [name, share] of Object.entries(zoneout))
    if (share && !states.some((state) => state.name === name))
      return `zoneout.${name} is ${share}, needed 0: this cell has no ${name}`;
  return undefined;
}
