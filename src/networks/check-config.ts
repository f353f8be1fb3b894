import { UnrolledError } from "../errors.ts";
import type { NetworkConfig, NetworkLayer } from "./config.ts";
import { configProblems } from "./config-fields.ts";
import { shapeAfter } from "./shape-after.ts";
import { tieProblems } from "./ties.ts";
import type { ValueShape } from "./value-shape.ts";

/** Problems that an error lists; the rest are counted. */
const MOST_LISTED = 10;

/**
 * A network's configuration out of JSON that is not to be trusted: every field is there and of its kind, names are known and
 * unique, each layer reads what stands before it, and each can read the shape that it is given.
 *
 * @throws UnrolledError "invalid-argument" that lists all problems, each with the layer's name and both shapes
 */
export function checkNetworkConfig(json: unknown): NetworkConfig {
  const malformed = configProblems(json);
  if (malformed.length > 0) throw invalid(malformed);
  const config = json as NetworkConfig;
  const { shapes, problems } = inferred(config);
  for (const { name, from } of config.outputs) {
    if (!shapes.has(from)) problems.push(`output ${name} comes from ${from}, which is no layer or input`);
  }
  problems.push(...tieProblems(config));
  problems.push(
    ...repeated(
      "output",
      config.outputs.map(({ name }) => name),
    ),
  );
  if (problems.length > 0) throw invalid(problems);
  return config;
}

/** The shapes of inputs and of layers' outputs by name, of a configuration that was checked. */
export function networkShapes(config: NetworkConfig): ReadonlyMap<string, ValueShape> {
  return inferred(config).shapes as ReadonlyMap<string, ValueShape>;
}

/** Shapes by name, undefined behind a layer with a problem, so that each problem is told once. */
function inferred(config: NetworkConfig): {
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

function repeated(what: string, names: readonly string[]): string[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const name of names) (seen.has(name) ? twice : seen).add(name);
  return [...twice].map((name) => `${what} ${name} is there twice`);
}

function invalid(problems: readonly string[]): UnrolledError {
  const listed = problems.slice(0, MOST_LISTED).join("; ");
  const more = problems.length > MOST_LISTED ? `; and ${problems.length - MOST_LISTED} more` : "";
  return new UnrolledError("invalid-argument", `network: ${listed}${more}`);
}
