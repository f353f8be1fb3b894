// Names and shapes of a network's parameters, known from its configuration alone, so that a file can be held against them before
// anything is built.
import type { LayerConfig, NetworkConfig, RecurrentLayerConfig } from "./config.ts";
import { directionsOf, isRecurrent, mergedWidth, outputWidth } from "./recurrent-axes.ts";

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
  switch (config.kind) {
    case "rnn":
      return 1;
    case "mgu":
      return 2;
    case "gru":
      return 3;
    case "lstm":
      return config.options.coupled ? 3 : 4;
  }
}

/** `_l0`, `_l1_reverse`: what tells the parameters of layers, and of the second of two directions, apart. */
export function suffixOf(layer: number, direction: number): string {
  return `_l${layer}${direction === 1 ? "_reverse" : ""}`;
}

function recurrentShapes(config: RecurrentLayerConfig): NamedShape[] {
  const { options } = config;
  const { inputSize, hiddenSize, numLayers = 1, bias = "double", initialState } = options;
  const lstm = config.kind === "lstm" ? config.options : undefined;
  const [directions, width, output] = [
    directionsOf(config),
    gatesOf(config) * hiddenSize,
    outputWidth(config),
  ];
  const shapes: NamedShape[] = [];
  for (let layer = 0; layer < numLayers; layer++) {
    for (let direction = 0; direction < directions; direction++) {
      const suffix = suffixOf(layer, direction);
      const put = (name: string, shape: readonly number[]) => shapes.push([name, shape]);
      put(`weight_ih${suffix}`, [width, layer === 0 ? inputSize : mergedWidth(config)]);
      put(`weight_hh${suffix}`, [width, output]);
      if (bias !== "none") put(`bias_ih${suffix}`, [width]);
      if (bias === "double") put(`bias_hh${suffix}`, [width]);
      if (lstm?.projectionSize !== undefined) put(`weight_hr${suffix}`, [output, hiddenSize]);
      if (lstm?.peepholes) put(`weight_ch${suffix}`, [(lstm.coupled ? 2 : 3) * hiddenSize]);
      if (lstm?.layerNorm) {
        put(`norm_ih${suffix}.weight`, [width]);
        put(`norm_hh${suffix}.weight`, [width]);
        put(`norm_c${suffix}.weight`, [hiddenSize]);
        put(`norm_c${suffix}.bias`, [hiddenSize]);
      }
    }
  }
  if (initialState === "learnt") {
    shapes.push(["h_0", [numLayers * directions, output]]);
    if (lstm) shapes.push(["c_0", [numLayers * directions, hiddenSize]]);
  }
  return shapes;
}
