// Recurrent layers as ONNX's own operators RNN, GRU and LSTM (https://onnx.ai/onnx/operators/), whose gate orders stand in
// gate-layouts.ts. W [D, G·H, I], R [D, G·H, H], B [D, 2·G·H], P [D, 3·H]; Y [T, D, B, H], Y_h and Y_c [D, B, H].
import type { ActivationName } from "../../../cells/activation.ts";
import type { CellKind } from "../../../cells/cells.ts";
import { suffixOf } from "../../../cells/parameters.ts";
import type { RecurrentLayerConfig } from "../../../networks/config.ts";
import { directionsOf, mergedWidth, shapeOf } from "../../../networks/recurrent-axes.ts";
import {
  GATE_LAYOUTS,
  type GatedCell,
  type GateLayout,
  toTheirBiases,
  toTheirMatrix,
  toTheirPeepholes,
} from "../../gate-layouts.ts";
import { activationsOf, type NumberedActivation } from "./write-cell-activation.ts";
import { parameterOf, type WriteContext } from "./write-context.ts";
import type { Attributes } from "./write-graph.ts";
import type { WrittenLayer, WrittenOutputs, WrittenSteps } from "./write-recurrent.ts";

/** Whether one of ONNX's operators does all that a layer does. */
export function hasOperator(config: RecurrentLayerConfig, { mask }: WrittenSteps): boolean {
  const { zoneout } = config.options;
  if (mask || Object.values(zoneout ?? {}).some((share) => share)) return false;
  if (!Object.hasOwn(GATE_LAYOUTS.onnx, config.kind)) return false;
  if (config.kind !== "lstm") return true;
  const { projectionSize, cellClip, layerNorm } = config.options;
  return projectionSize === undefined && cellClip === undefined && !layerNorm;
}

/** One layer of a stack as an operator that reads in both directions, if the layer does. */
export function writeOperator(context: WriteContext, layer: WrittenLayer): WrittenOutputs {
  const { graph } = context;
  const { config, xs, before, steps } = layer;
  const operator = config.kind.toUpperCase();
  const [weights, recurrent, biases, peepholes] = constants(context, layer);
  const states = shapeOf(config).states.map(({ name }) => name);
  const given = states.map((state) => before[state] ?? "");
  const inputs = [xs, weights, recurrent, biases, steps.lengths ?? "", ...given, peepholes ?? ""];
  while (inputs[inputs.length - 1] === "") inputs.pop();
  const wanted = [`${operator}.Y`, ...states.map((state) => `${operator}.Y_${state}`)];
  const [ys, ...after] = graph.addSeveral(operator, inputs, attributesOf(config), wanted);
  return { ys, after: Object.fromEntries(states.map((state, part) => [state, after[part]])) };
}

function attributesOf(config: RecurrentLayerConfig): Attributes {
  const { hiddenSize, direction = "forward", gateClip } = config.options;
  return {
    hidden_size: { int: hiddenSize },
    direction: { text: direction },
    ...(gateClip === undefined ? {} : { clip: { float: gateClip } }),
    ...(config.kind === "gru" && config.options.resetAfter !== false
      ? { linear_before_reset: { int: 1 } }
      : {}),
    ...(config.kind === "lstm" && config.options.coupled ? { input_forget: { int: 1 } } : {}),
    ...activationAttributes(config),
  };
}

/** What the operators call activations; alphas and betas are given for those that have one, in their order. */
const OPERATOR_NAMES: Readonly<Record<ActivationName, string>> = {
  tanh: "Tanh",
  relu: "Relu",
  sigmoid: "Sigmoid",
  affine: "Affine",
  "leaky-relu": "LeakyRelu",
  "thresholded-relu": "ThresholdedRelu",
  "scaled-tanh": "ScaledTanh",
  "hard-sigmoid": "HardSigmoid",
  elu: "Elu",
  softsign: "Softsign",
  softplus: "Softplus",
};

function activationAttributes(config: RecurrentLayerConfig): Attributes {
  const { activations, nonlinearity } = config.options as { activations?: unknown; nonlinearity?: unknown };
  if (activations === undefined && nonlinearity === undefined) return {};
  const each: NumberedActivation[] = [];
  for (let direction = 0; direction < directionsOf(config); direction++) each.push(...activationsOf(config));
  const alphas = each.map(({ alpha }) => alpha).filter((alpha) => alpha !== undefined);
  const betas = each.map(({ beta }) => beta).filter((beta) => beta !== undefined);
  return {
    activations: { texts: each.map(({ name }) => OPERATOR_NAMES[name]) },
    ...(alphas.length > 0 ? { activation_alpha: { floats: alphas } } : {}),
    ...(betas.length > 0 ? { activation_beta: { floats: betas } } : {}),
  };
}

/** W, R, B and P of both directions; P of an LSTM with peepholes alone. */
function constants(context: WriteContext, { name, config, place }: WrittenLayer): string[] {
  const { graph } = context;
  const { inputSize, hiddenSize: hidden } = config.options;
  const directions = directionsOf(config);
  const layout = layoutOf(config);
  const cell: GatedCell = config.kind === "lstm" && config.options.coupled ? "coupled-lstm" : config.kind;
  const width = layout.gates.length * hidden;
  const input = place === 0 ? inputSize : mergedWidth(config);
  const data = (own: string) => parameterOf(context, name, own)?.data;
  const gather = (length: number, make: (suffix: string) => Float32Array) => {
    const whole = new Float32Array(directions * length);
    for (let direction = 0; direction < directions; direction++)
      whole.set(make(suffixOf(place, direction)), direction * length);
    return whole;
  };
  const matrix = (own: string, columns: number) =>
    gather(width * columns, (suffix) => toTheirMatrix(layout, cell, data(own + suffix), { hidden, columns }));
  const W = graph.floats("W", [directions, width, input], matrix("weight_ih", input));
  const R = graph.floats("R", [directions, width, hidden], matrix("weight_hh", hidden));
  const biases = gather(2 * width, (suffix) => {
    const [ih, hh] = [data(`bias_ih${suffix}`), data(`bias_hh${suffix}`)];
    return toTheirBiases(layout, cell, { ...(ih && { ih }), ...(hh && { hh }) }, hidden);
  });
  const B = graph.floats("B", [directions, 2 * width], biases);
  if (!(config.kind === "lstm" && config.options.peepholes)) return [W, R, B];
  const peepholes = gather(3 * hidden, (suffix) =>
    toTheirPeepholes(layout, cell, data(`weight_ch${suffix}`), hidden),
  );
  return [W, R, B, graph.floats("P", [directions, 3 * hidden], peepholes)];
}

function layoutOf(config: RecurrentLayerConfig): GateLayout {
  const layouts: Partial<Readonly<Record<CellKind, GateLayout>>> = GATE_LAYOUTS.onnx;
  return layouts[config.kind]!;
}
