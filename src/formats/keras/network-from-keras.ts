import { UnrolledError } from "../../errors.ts";
import { checkNetworkConfig } from "../../networks/check-config.ts";
import type { NetworkConfig } from "../../networks/config.ts";
import type { NetworkData } from "../../networks/network-data.ts";
import type { Allowance } from "../allowance.ts";
import { shown } from "../shown.ts";
import { KerasProblem } from "./keras-fields.ts";
import { type KerasCall, type KerasGraph, type KerasLayer, keyOf } from "./keras-graph.ts";
import type { KerasArray, KerasWeights } from "./keras-weights.ts";
import { hardSigmoidSlope } from "./layer-activations.ts";
import { LayerArrays } from "./layer-arrays.ts";
import { INPUT_CLASS, layerReader } from "./layer-readers.ts";
import { isMaskOperation, type KerasMask, maskAfter } from "./mask-operations.ts";
import { NetworkBuilder } from "./network-builder.ts";
import { networkInput } from "./network-input.ts";

/** Problems that an error lists; the rest are counted. */
const MOST_LISTED = 20;

/**
 * Throws `UnrolledError` "invalid-file" that names all layers of classes that are not known, and where they stand, before any weights
 * are read. `arraysOf` says how the weights can be had all the same.
 */
export function requireKnownLayers(call: string, graph: KerasGraph, arraysOf?: string): void {
  const unknown = graph.layers.filter(
    ({ className }) =>
      className !== INPUT_CLASS && !isMaskOperation(className) && layerReader(className) === undefined,
  );
  if (unknown.length === 0) return;
  const place = (layer: KerasLayer) => `${graph.layers.indexOf(layer) + 1} of ${graph.layers.length}`;
  const list = unknown.map(
    (layer) => `${shown(layer.className)} (layer ${shown(layer.name)}, ${place(layer)})`,
  );
  throw invalid(call, "classes of layers that are not read: ", list, arraysOf);
}

/**
 * Builds the network of a Keras model.
 *
 * @param allowance errors begin with its call
 * @param kerasVersion that wrote the file
 * @throws UnrolledError "invalid-file" that names every layer with an option that is not read, or with other weights than it needs
 */
export function networkFromKeras(
  allowance: Allowance,
  graph: KerasGraph,
  weights: KerasWeights,
  kerasVersion: string,
): NetworkData {
  const { call } = allowance;
  const builder = new NetworkBuilder();
  const problems: string[] = [];
  const results = new Map<string, readonly (string | undefined)[]>();
  const failed = new Map<string, string>();
  const masks = new Map<string, KerasMask>();
  const used = new Set(
    [...graph.outputs, ...graph.calls.flatMap(({ inputs }) => inputs)].map(
      (reference) => `${reference.tensor}:${keyOf(reference)}`,
    ),
  );
  const slope = hardSigmoidSlope(kerasVersion);
  for (const entry of graph.calls) {
    const { layer, node } = entry;
    const key = keyOf({ layer: layer.name, node });
    try {
      // A layer that is called twice is there twice.
      const arrays = weights.get(layer.name) ?? [];
      allowance.take(bytesOf(arrays), `layer ${shown(layer.name)}`);
      if (isMaskOperation(layer.className)) {
        masks.set(key, maskOf(builder, entry, results, masks));
        continue;
      }
      results.set(key, addCall(builder, graph, entry, results, failed, used, weights, slope, masks));
    } catch (error) {
      if (!(error instanceof KerasProblem)) throw error;
      failed.set(key, builder.addUnknown(layer.name));
      problems.push(`layer ${shown(layer.name)} (${layer.className}): ${error.message}`);
    }
  }
  if (problems.length > 0) throw invalid(call, "", problems);
  return { config: configOf(call, builder, graph, results), tensors: Object.fromEntries(builder.tensors) };
}

function bytesOf(arrays: readonly KerasArray[]): number {
  return arrays.reduce((sum, { data }) => sum + data.byteLength, 0);
}

/** The mask that an operation makes of a value or of another mask. */
function maskOf(
  builder: NetworkBuilder,
  call: KerasCall,
  results: ReadonlyMap<string, readonly (string | undefined)[]>,
  masks: ReadonlyMap<string, KerasMask>,
): KerasMask {
  const [input] = call.inputs;
  const read = input && (masks.get(keyOf(input)) ?? results.get(keyOf(input))?.[input.tensor]);
  if (read === undefined || call.inputs.length !== 1)
    throw new KerasProblem(`it reads ${call.inputs.length} values, of which needed one that is read`);
  return maskAfter(builder, call, read);
}

function addCall(
  builder: NetworkBuilder,
  graph: KerasGraph,
  { layer, node, inputs, mask, constants, others }: KerasCall,
  results: ReadonlyMap<string, readonly (string | undefined)[]>,
  failed: ReadonlyMap<string, string>,
  used: ReadonlySet<string>,
  weights: KerasWeights,
  slope: number,
  masks: ReadonlyMap<string, KerasMask>,
): readonly (string | undefined)[] {
  const { name, className, fields } = layer;
  const arrays = new LayerArrays(weights.get(name) ?? []);
  if (className === INPUT_CLASS)
    return [builder.addInput(networkInput(graph, layer, builder.inputs, weights))];
  const names = inputs.map((input) => {
    const value = failed.get(keyOf(input)) ?? results.get(keyOf(input))?.[input.tensor];
    if (value === undefined)
      throw new KerasProblem(
        `it reads value ${input.tensor} of layer ${shown(input.layer)}, which is not read`,
      );
    return value;
  });
  // A sequential model may begin without an input layer.
  if (names.length === 0) names.push(builder.addInput(networkInput(graph, layer, builder.inputs, weights)));
  if (others.length > 0) throw new KerasProblem(`its call is given ${others.join(", ")}, which is not read`);
  const given = mask && masks.get(keyOf(mask));
  if (mask && !given)
    throw new KerasProblem(`its mask comes from layer ${shown(mask.layer)}, which is not read`);
  const reader = layerReader(className);
  if (reader === undefined) throw new KerasProblem("its class is not read");
  const values = reader({
    builder,
    name,
    className,
    fields,
    inputs: names,
    arrays,
    mask: mask === null ? null : given,
    constants,
    isUsed: (value) => used.has(`${value}:${keyOf({ layer: name, node })}`),
    hardSigmoidSlope: slope,
  });
  arrays.finish();
  return values;
}

function configOf(
  call: string,
  builder: NetworkBuilder,
  graph: KerasGraph,
  results: ReadonlyMap<string, readonly (string | undefined)[]>,
): NetworkConfig {
  const used = new Set<string>();
  const outputs = graph.outputs.flatMap((output) => {
    const values = results.get(keyOf(output)) ?? [];
    // The unmerged outputs of a sequential model's last layer are both the model's.
    const isAll = graph.isSequential && values.length > 1;
    const given = isAll ? values : [values[output.tensor]];
    return given.map((from) => {
      if (from === undefined)
        throw invalid(call, "", [
          `value ${output.tensor} of layer ${shown(output.layer)}, an output, is not read`,
        ]);
      let name = from;
      for (let count = 2; used.has(name); count++) name = `${from}_${count}`;
      used.add(name);
      return { name, from };
    });
  });
  try {
    return checkNetworkConfig({ inputs: builder.inputs, layers: builder.layers, outputs });
  } catch (error) {
    if (error instanceof UnrolledError)
      throw new UnrolledError("invalid-file", { call, problem: error.text });
    throw error;
  }
}

function invalid(call: string, prefix: string, problems: readonly string[], advice?: string): UnrolledError {
  const listed = problems.slice(0, MOST_LISTED).join("; ");
  const more = problems.length > MOST_LISTED ? `; and ${problems.length - MOST_LISTED} more` : "";
  const fields = { call, problem: `${prefix}${listed}${more}` };
  return new UnrolledError("invalid-file", advice === undefined ? fields : { ...fields, advice });
}
