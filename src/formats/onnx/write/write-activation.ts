import type { ActivationLayerName } from "../../../networks/config.ts";
import { alphaOf, SELU_LAMBDA } from "../../../networks/entry-functions.ts";
import type { GraphWriter } from "./write-graph.ts";

/** The operator of a layer's activation; SELU, GELU and SiLU are made of several. */
export function writeActivationLayer(
  graph: GraphWriter,
  x: string,
  activation: ActivationLayerName,
  given: number | undefined,
): string {
  const alpha = alphaOf(activation, given);
  switch (activation) {
    case "relu":
      return graph.add("Relu", [x]);
    case "leaky-relu":
      return graph.add("LeakyRelu", [x], { alpha: { float: alpha } });
    case "elu":
      return graph.add("Elu", [x], { alpha: { float: alpha } });
    case "selu": {
      const elu = graph.add("Elu", [x], { alpha: { float: alpha } });
      return graph.add("Mul", [elu, graph.float(SELU_LAMBDA)]);
    }
    case "gelu": {
      const below = graph.add("Erf", [graph.add("Mul", [x, graph.float(Math.SQRT1_2)])]);
      const share = graph.add("Add", [below, graph.float(1)]);
      return graph.add("Mul", [graph.add("Mul", [x, graph.float(0.5)]), share]);
    }
    case "silu":
      return graph.add("Mul", [x, graph.add("Sigmoid", [x])]);
    case "tanh":
      return graph.add("Tanh", [x]);
    case "sigmoid":
      return graph.add("Sigmoid", [x]);
    case "hard-sigmoid":
      return graph.add("HardSigmoid", [x], { alpha: { float: alpha }, beta: { float: 0.5 } });
    case "softplus":
      return graph.add("Softplus", [x]);
    case "softsign":
      return graph.add("Softsign", [x]);
    case "exponential":
      return graph.add("Exp", [x]);
    case "softmax":
      return graph.add("Softmax", [x], { axis: { int: -1 } });
    case "log-softmax":
      return graph.add("LogSoftmax", [x], { axis: { int: -1 } });
  }
}
