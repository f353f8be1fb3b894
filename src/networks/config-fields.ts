// The form of a configuration that may hold anything.
import { axes, fieldProblems, isRecord, listOf, name, oneOf, quoted } from "../options/field-checks.ts";
import type { LayerConfig } from "./config.ts";
import { kindNames, kindOf } from "./known-kinds.ts";

/** All that is wrong with the form of a configuration, apart from names and shapes. */
export function configProblems(json: unknown): string[] {
  const anything = () => undefined;
  const lists = { inputs: listOf(anything), layers: listOf(anything), outputs: listOf(anything) };
  const problems = fieldProblems(json, { needed: lists });
  if (problems.length > 0 || !isRecord(json)) return problems.map((problem) => `configuration: ${problem}`);
  const [inputs, layers, outputs] = [json.inputs, json.layers, json.outputs] as unknown[][];
  if (inputs.length === 0) problems.push("configuration: inputs is [], needed at least one");
  if (outputs.length === 0) problems.push("configuration: outputs is [], needed at least one");
  const input = { needed: { name, axes, kind: oneOf("float", "int") } };
  const output = { needed: { name, from: name } };
  return [
    ...problems,
    ...inputs.flatMap((entry, at) => named(`input ${at}`, entry, fieldProblems(entry, input))),
    ...layers.flatMap((entry, at) => named(`layer ${at}`, entry, layerProblems(entry))),
    ...outputs.flatMap((entry, at) => named(`output ${at}`, entry, fieldProblems(entry, output))),
  ];
}

function layerProblems(layer: unknown): string[] {
  const problems = fieldProblems(layer, {
    needed: { name, inputs: listOf(name), config: (value) => (isRecord(value) ? undefined : "an object") },
  });
  if (problems.length > 0 || !isRecord(layer) || !isRecord(layer.config)) return problems;
  const { kind, ...given } = layer.config;
  if (typeof kind !== "string" || !kindNames().includes(kind))
    return [`kind is ${quoted(kind)}, needed one of ${kindNames().join(", ")}`];
  const config = layer.config as unknown as LayerConfig;
  const { fields, problems: more } = kindOf(config);
  const found = fieldProblems(given, fields);
  if (found.length === 0) found.push(...(more?.(config) ?? []));
  return found.map((problem) => `(${kind}) ${problem}`);
}

/** Problems with the name of what they are in, where it has one. */
function named(place: string, entry: unknown, problems: readonly string[]): string[] {
  const own = isRecord(entry) && !name(entry.name) ? `${place.split(" ")[0]} ${entry.name}` : place;
  return problems.map((problem) => `${own}: ${problem}`);
}
