import type { NetworkConfig, NetworkLayer } from "./config.ts";
import { shapeAfter } from "./shape-after.ts";
import type { ValueShape } from "./value-shape.ts";

/** The shapes of inputs and of layers' outputs by name, of a configuration that was checked. */
export function networkShapes(config: NetworkConfig): ReadonlyMap<string, ValueShape> {
  return inferredShapes(config).shapes as ReadonlyMap<string, ValueShape>;
}

/** Shapes by name, undefined behind a layer with a problem, so that each problem is told once. */
export function inferredShapes(config: NetworkConfig): {
  readonly shapes: ReadonlyMap<string, ValueShape | undefined>;
  readonly problems: string[];
} {
  const shapes = new Map<string, ValueShape | undefined>();
  const names = [...config.inputs, ...config.layers].map(({ name }) => name);
  const problems = repeated("input or layer", names);
  for (const { name, axes, kind } of config.inputs) shapes.set(name, { axes, kind });
  for (const layer of config.layers) {
    const found = shapeOf(layer, shapes);
    if (typeof found === "string") problems.push(`layer ${layer.name} ${found}`);
    shapes.set(layer.name, typeof found === "string" ? undefined : found);
  }
  return { shapes, problems };
}

function shapeOf(
  { name, inputs, config }: NetworkLayer,
  shapes: ReadonlyMap<string, ValueShape | undefined>,
): ValueShape | string | undefined {
  const missing = inputs.find((input) => !shapes.has(input));
  if (missing !== undefined) return `reads ${missing}, which is no input and no layer before it`;
  const read = inputs.map((input) => shapes.get(input));
  const known = read.filter((shape) => shape !== undefined);
  if (known.length < read.length) return undefined;
  const result = shapeAfter(name, config, known);
  return "problem" in result ? `(${config.kind}) ${result.problem} (from ${inputs.join(", ")})` : result;
}

/** Names that are there more than once, each as a problem. */
export function repeated(what: string, names: readonly string[]): string[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const name of names) (seen.has(name) ? twice : seen).add(name);
  return [...twice].map((name) => `${what} ${name} is there twice`);
}
