import type { ActivationLayerName } from "../../../networks/config.ts";
import { alphaOf, GELU_CUBE, SELU_LAMBDA } from "../../../networks/entry-functions.ts";
import type { GraphWriter } from "./write-graph.ts";

/** The operator of a layer's activation; those that ONNX lacks in version 17 are made of several. */
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
    case "clipped-relu":
      return graph.add("Clip", [x, graph.float(0), graph.float(alpha)]);
    case "celu":
      return graph.add("Celu", [x], { alpha: { float: alpha } });
    case "gelu-tanh":
      return writeGeluTanh(graph, x);
    case "hard-silu":
      return graph.add("HardSwish", [x]);
    case "hard-tanh":
      return graph.add("Clip", [x, graph.float(-1), graph.float(1)]);
    case "hard-shrink":
      return graph.add("Shrink", [x], { lambd: { float: alpha }, bias: { float: 0 } });
    case "soft-shrink":
      return graph.add("Shrink", [x], { lambd: { float: alpha }, bias: { float: alpha } });
    case "tanh-shrink":
      return graph.add("Sub", [x, graph.add("Tanh", [x])]);
    case "log-sigmoid":
      return graph.add("Neg", [graph.add("Softplus", [graph.add("Neg", [x])])]);
    case "mish":
      return graph.add("Mul", [x, graph.add("Tanh", [graph.add("Softplus", [x])])]);
    case "squareplus": {
      const square = graph.add("Add", [graph.add("Mul", [x, x]), graph.float(alpha)]);
      return graph.add("Mul", [graph.add("Add", [x, graph.add("Sqrt", [square])]), graph.float(0.5)]);
    }
    case "sparse-plus": {
      const bounded = graph.add("Clip", [x, graph.float(-1), graph.float(1)]);
      const half = graph.add("Mul", [graph.add("Add", [bounded, graph.float(1)]), graph.float(0.5)]);
      const beyond = graph.add("Relu", [graph.add("Sub", [x, graph.float(1)])]);
      return graph.add("Add", [graph.add("Mul", [half, half]), beyond]);
    }
    case "softmax":
      return graph.add("Softmax", [x], { axis: { int: -1 } });
    case "log-softmax":
      return graph.add("LogSoftmax", [x], { axis: { int: -1 } });
  }
}

function writeGeluTanh(graph: GraphWriter, x: string): string {
  const cube = graph.add("Mul", [graph.add("Mul", [x, x]), x]);
  const inner = graph.add("Add", [x, graph.add("Mul", [cube, graph.float(GELU_CUBE)])]);
  const squashed = graph.add("Tanh", [graph.add("Mul", [inner, graph.float(Math.sqrt(2 / Math.PI))])]);
  const share = graph.add("Mul", [graph.add("Add", [squashed, graph.float(1)]), graph.float(0.5)]);
  return graph.add("Mul", [x, share]);
}
