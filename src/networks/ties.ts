// Parameters that are other layers' (weight tying: Press & Wolf 2017): each is stored and updated once, and its gradients are added.
import type { StateDict } from "../module/state-dict.ts";
import { isRecord } from "../options/field-checks.ts";
import type { NetworkConfig } from "./config.ts";
import { kindOf } from "./known-kinds.ts";

/** Parameters that are others', by name: `decoder.weight` is `encoder.weight`. */
export function tiesOf({ layers }: Pick<NetworkConfig, "layers">): ReadonlyMap<string, string> {
  const ties = new Map<string, string>();
  for (const { name: layer, config } of layers)
    for (const [field, value] of Object.entries(config))
      if (isRecord(value) && typeof value.tied === "string") ties.set(`${layer}.${field}`, value.tied);
  return ties;
}

/** Why parameters cannot be those that a configuration says, one by one. */
export function tieProblems(config: NetworkConfig): string[] {
  const ties = tiesOf(config);
  const before = new Map<string, readonly number[]>();
  const problems: string[] = [];
  for (const { name: layer, config: own } of config.layers) {
    const shapes = (kindOf(own).parameters?.(own) ?? []).map(
      ([field, shape]) => [`${layer}.${field}`, shape] as const,
    );
    for (const [parameter, shape] of shapes) {
      const source = ties.get(parameter);
      if (source === undefined) continue;
      const there = before.get(source);
      if (!there)
        problems.push(`${parameter} is tied to ${source}, which is no parameter of a layer before it`);
      else if (there.join() !== shape.join())
        problems.push(`${parameter} [${shape.join(", ")}] is tied to ${source} [${there.join(", ")}]`);
    }
    for (const [parameter, shape] of shapes) if (!ties.has(parameter)) before.set(parameter, shape);
  }
  return problems;
}

/** Tensors with those that are tied under both of their names, as PyTorch's state dictionaries have them. */
export function namedTwice<Entry>(
  tensors: Readonly<Record<string, Entry>>,
  config: NetworkConfig,
): Readonly<Record<string, Entry>> {
  const twice = [...tiesOf(config)].filter(([, source]) => Object.hasOwn(tensors, source));
  return { ...tensors, ...Object.fromEntries(twice.map(([name, source]) => [name, tensors[source]])) };
}

/** Tensors without the second names of those that are tied. */
export function namedOnce(tensors: StateDict, config: NetworkConfig): StateDict {
  const ties = tiesOf(config);
  if (ties.size === 0) return tensors;
  return Object.fromEntries(Object.entries(tensors).filter(([name]) => !ties.has(name)));
}
