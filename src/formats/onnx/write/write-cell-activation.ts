import { type Activation, type ActivationName, resolveActivation } from "../../../cells/activation.ts";
import type { RecurrentLayerConfig } from "../../../networks/config.ts";
import type { GraphWriter } from "./write-graph.ts";

/** An activation with the numbers that it has. */
export interface NumberedActivation {
  readonly name: ActivationName;
  readonly alpha?: number | undefined;
  readonly beta?: number | undefined;
}

/** Which of them have α, and β. */
const NUMBERS: Partial<Record<ActivationName, readonly ("alpha" | "beta")[]>> = {
  affine: ["alpha", "beta"],
  "leaky-relu": ["alpha"],
  "thresholded-relu": ["alpha"],
  "scaled-tanh": ["alpha", "beta"],
  "hard-sigmoid": ["alpha", "beta"],
  elu: ["alpha"],
};

/** A recurrent layer's activations, in the order of its options: gates, candidate, and of an LSTM that of c. */
export function activationsOf(config: RecurrentLayerConfig): readonly NumberedActivation[] {
  switch (config.kind) {
    case "rnn":
      return [numbered(config.options.nonlinearity ?? "tanh")];
    case "lstm":
      return (config.options.activations ?? (["sigmoid", "tanh", "tanh"] as const)).map(numbered);
    case "gru":
    case "mgu":
      return (config.options.activations ?? (["sigmoid", "tanh"] as const)).map(numbered);
    case "ugrnn":
      return (["sigmoid", "tanh"] as const).map(numbered);
  }
}

function numbered(activation: Activation): NumberedActivation {
  const { name, alpha, beta } = resolveActivation("writeOnnx", activation);
  const own = NUMBERS[name] ?? [];
  return {
    name,
    alpha: own.includes("alpha") ? alpha : undefined,
    beta: own.includes("beta") ? beta : undefined,
  };
}

/** An activation inside a cell, of what was bounded by ±clip first. */
export function writeCellActivation(
  graph: GraphWriter,
  sum: string,
  { name, alpha = 0, beta = 0 }: NumberedActivation,
  clip: number | undefined,
): string {
  const x = clip === undefined ? sum : graph.add("Clip", [sum, graph.float(-clip), graph.float(clip)]);
  switch (name) {
    case "tanh":
      return graph.add("Tanh", [x]);
    case "relu":
      return graph.add("Relu", [x]);
    case "sigmoid":
      return graph.add("Sigmoid", [x]);
    case "affine":
      return graph.add("Add", [graph.add("Mul", [x, graph.float(alpha)]), graph.float(beta)]);
    case "leaky-relu":
      return graph.add("LeakyRelu", [x], { alpha: { float: alpha } });
    case "thresholded-relu":
      return graph.add("ThresholdedRelu", [x], { alpha: { float: alpha } });
    case "scaled-tanh": {
      const inner = graph.add("Tanh", [graph.add("Mul", [x, graph.float(beta)])]);
      return graph.add("Mul", [inner, graph.float(alpha)]);
    }
    case "hard-sigmoid":
      return graph.add("HardSigmoid", [x], { alpha: { float: alpha }, beta: { float: beta } });
    case "elu":
      return graph.add("Elu", [x], { alpha: { float: alpha } });
    case "softsign":
      return graph.add("Softsign", [x]);
    case "softplus":
      return graph.add("Softplus", [x]);
  }
}
