// Names and shapes of a network's parameters, known from its configuration alone, so that a file can be held against them before
// anything is built.
import { cellOfKind, shapeWith } from "../cells/cells.ts";
import { parameterName, suffixOf } from "../cells/parameters.ts";
import type { LayerConfig, NetworkConfig, RecurrentLayerConfig } from "./config.ts";
import { directionsOf, isRecurrent, mergedWidth, shapeOf } from "./recurrent-axes.ts";

/** Shapes by name. */
export type ParameterShapes = ReadonlyMap<string, readonly number[]>;

/** Every parameter of a network, in the order of its layers: `lstm.weight_ih_l0` [4H, I], `head.bias` [N]. */
export function parameterShapes(config: NetworkConfig): ParameterShapes {
  const shapes = new Map<string, readonly number[]>();
  for (const { name, config: layer } of config.layers)
    for (const [own, shape] of shapesOf(layer)) shapes.set(`${name}.${own}`, shape);
  return shapes;
}

/** Numbers in all of them. */
export function parameterCount(config: NetworkConfig): number {
  let count = 0;
  for (const shape of parameterShapes(config).values())
    count += shape.reduce((product, length) => product * length, 1);
  return count;
}

type NamedShape = readonly [name: string, shape: readonly number[]];

function shapesOf(config: LayerConfig): NamedShape[] {
  if (isRecurrent(config)) return recurrentShapes(config);
  switch (config.kind) {
    case "embedding":
      return [["weight", [config.vocabularySize, config.size]]];
    case "linear":
      return withBias(config, [config.outputSize, config.inputSize]);
    case "conv1d":
      return withBias(config, [config.outputSize, config.inputSize, config.kernelSize]);
    case "layer-norm":
      return [
        ["weight", [config.size]],
        ["bias", [config.size]],
      ];
    case "activation":
    case "dropout":
    case "masking":
    case "flatten":
    case "reshape":
    case "add":
    case "multiply":
    case "average":
    case "concat":
    case "reverse-steps":
    case "pool1d":
    case "global-pool1d":
    case "final-state":
      return [];
  }
}

function withBias(
  { bias, outputSize }: { readonly bias: boolean; readonly outputSize: number },
  weight: readonly number[],
): NamedShape[] {
  return bias
    ? [
        ["weight", weight],
        ["bias", [outputSize]],
      ]
    : [["weight", weight]];
}

/** G: gates of a cell, those that have weights of their own. */
export function gatesOf(config: RecurrentLayerConfig): number {
  return shapeOf(config).gates.length;
}

function recurrentShapes(config: RecurrentLayerConfig): NamedShape[] {
  const { kind, options } = config;
  const { inputSize, numLayers = 1, initialState } = options;
  const directions = directionsOf(config);
  const shapes: NamedShape[] = [];
  for (let layer = 0; layer < numLayers; layer++) {
    const width = layer === 0 ? inputSize : mergedWidth(config);
    const { parameters } = shapeWith(cellOfKind(kind), { ...options, inputSize: width });
    for (let direction = 0; direction < directions; direction++)
      for (const parameter of parameters)
        shapes.push([parameterName(parameter, suffixOf(layer, direction)), parameter.shape]);
  }
  if (initialState === "learnt")
    for (const { name, width } of shapeOf(config).states)
      shapes.push([`${name}_0`, [numLayers * directions, width]]);
  return shapes;
}
