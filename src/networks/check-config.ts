import { UnrolledError } from "../errors.ts";
import type { NetworkConfig } from "./config.ts";
import { configProblems } from "./config-fields.ts";
import { knowAll } from "./known-kinds.ts";
import { layerKinds } from "./layers/layer-kinds.ts";
import { inferredShapes, repeated } from "./network-shapes.ts";
import { tieProblems } from "./ties.ts";

// A configuration that is checked may name any kind.
knowAll(layerKinds);

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
  const { shapes, problems } = inferredShapes(config);
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

function invalid(problems: readonly string[]): UnrolledError {
  const listed = problems.slice(0, MOST_LISTED).join("; ");
  const more = problems.length > MOST_LISTED ? `; and ${problems.length - MOST_LISTED} more` : "";
  return new UnrolledError("invalid-argument", { call: "network", problem: `${listed}${more}` });
}
