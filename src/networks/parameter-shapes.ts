// Names and shapes of a network's parameters, known from its configuration alone, so that a file can be held against them before
// anything is built.
import type { NetworkConfig } from "./config.ts";
import { kindOf } from "./known-kinds.ts";
import { tiesOf } from "./ties.ts";

/** Shapes by name. */
export type ParameterShapes = ReadonlyMap<string, readonly number[]>;

/** Every parameter of a network, in the order of its layers, one that is tied under its first name alone: `lstm.weight_ih_l0` [4H, I], `head.bias` [N]. */
export function parameterShapes(config: NetworkConfig): ParameterShapes {
  const shapes = new Map<string, readonly number[]>();
  for (const { name, config: layer } of config.layers)
    for (const [own, shape] of kindOf(layer).parameters?.(layer) ?? []) shapes.set(`${name}.${own}`, shape);
  for (const name of tiesOf(config).keys()) shapes.delete(name);
  return shapes;
}

/** Numbers in all of them. */
export function parameterCount(config: NetworkConfig): number {
  let count = 0;
  for (const shape of parameterShapes(config).values())
    count += shape.reduce((product, length) => product * length, 1);
  return count;
}
