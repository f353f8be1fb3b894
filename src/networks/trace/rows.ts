// Operations with weights, and those along rows: embeddings, linear layers, products, norms, softmax.
import type { Tensor } from "../../tensor/tensor.ts";
import type { Lowering, LowerOperation, ParameterSource } from "./lowering.ts";
import { refusal } from "./pass.ts";
import type { GraphNode, GraphValue } from "./symbolic.ts";

const gatherRows: LowerOperation = (lowering, node) => {
  const [table, ids] = node.inputs;
  // What it reads comes first: a weight that is tied is another layer's before it.
  const read = lowering.value(ids!);
  const weight = weightOf(lowering, node, table!, "the rows of a table that is no parameter");
  const [vocabularySize, size] = weight.shape;
  const { config, sources, wanted } = tiedOr(lowering, weight, "embedding");
  return lowering.add(node, wanted, [read], { kind: "embedding", vocabularySize, size, ...config }, sources);
};

/** y = x·Wᵀ + b. A bias that another layer has too is a copy. */
const linear: LowerOperation = (lowering, node) => {
  const [x, weightValue, biasValue] = node.inputs;
  const read = lowering.value(x!);
  const weight = weightOf(lowering, node, weightValue!, "a weight that is no parameter");
  const bias = biasValue && weightOf(lowering, node, biasValue, "a bias that is no parameter");
  const [outputSize, inputSize] = weight.shape;
  const { config, sources, wanted } = tiedOr(lowering, weight, "linear");
  const isTied = config.weight !== undefined;
  return lowering.add(
    node,
    isTied && bias ? lowering.layerOf(bias, "bias", wanted) : wanted,
    [read],
    { kind: "linear", inputSize, outputSize, bias: bias !== undefined, ...config },
    { ...sources, ...(bias ? { bias: { tensor: bias } } : {}) },
  );
};

/** A product with a parameter [K, N] is a linear layer, whose weight is [N, K]. */
const matmul: LowerOperation = (lowering, node) => {
  const [a, b] = node.inputs;
  const weight = lowering.numbersOf(b);
  if (!weight)
    return lowering.add(node, "matmul", [lowering.apart(a!, node), lowering.apart(b!, node)], {
      kind: "matmul",
    });
  const tensor = weightOf(lowering, node, b!, "a matrix that is no parameter");
  if (tensor.shape.length !== 2)
    throw refusal(`matmul reads a parameter of shape [${tensor.shape.join(", ")}], needed [K, N]`, node);
  const [inputSize, outputSize] = tensor.shape;
  return lowering.add(
    node,
    lowering.layerOf(tensor, "weight", "linear"),
    [lowering.value(a!)],
    { kind: "linear", inputSize, outputSize, bias: false },
    { weight: { tensor, as: turned } },
  );
};

const layerNorm: LowerOperation = (lowering, node) => {
  const [x, weightValue, biasValue] = node.inputs;
  const [weight, bias] = [weightValue, biasValue].map((value) => lowering.numbersOf(value)![0]);
  const { epsilon } = node.facts[0] as { epsilon: number };
  return lowering.add(
    node,
    lowering.layerOf(weight, "weight", "layer-norm"),
    [lowering.value(x!)],
    { kind: "layer-norm", size: weight.shape[0], epsilon },
    { weight: { tensor: weight }, bias: { tensor: bias } },
  );
};

/** Over steps that count where it is given lengths, over all of them where it is not. */
const softmax: LowerOperation = (lowering, node) => {
  const x = lowering.value(node.inputs[0]!);
  if (!lowering.takesLengths(node))
    return lowering.add(node, "softmax", [x], { kind: "activation", activation: "softmax" });
  if (!x.hasLengths) throw refusal("softmax is given lengths, but what it reads has no steps any more", node);
  return lowering.add(node, "softmax", [x], { kind: "softmax-over-time" });
};

const logSoftmax: LowerOperation = (lowering, node) =>
  lowering.add(node, "log-softmax", [lowering.value(node.inputs[0]!)], {
    kind: "activation",
    activation: "log-softmax",
  });

const sumLast: LowerOperation = (lowering, node) =>
  lowering.add(node, "sum", [lowering.value(node.inputs[0]!)], { kind: "sum-last" });

const columns: LowerOperation = (lowering, node) => {
  const [first, second] = node.facts as unknown as readonly { start: number; end: number }[];
  if (first.start !== second.start || first.end !== second.end)
    throw refusal("columns takes other entries of longer sequences", node);
  const { start, end } = first;
  return lowering.add(node, "columns", [lowering.value(node.inputs[0]!)], { kind: "columns", start, end });
};

export const rowOperations: Readonly<Record<string, LowerOperation>> = {
  gatherRows,
  linear,
  matmul,
  layerNorm,
  softmax,
  logSoftmax,
  sumLast,
  columns,
};

/** A parameter of the module's. */
function weightOf(lowering: Lowering, node: GraphNode, value: GraphValue, problem: string): Tensor {
  const numbers = lowering.numbersOf(value);
  if (numbers && numbers[0] === numbers[1]) return numbers[0];
  throw refusal(`${node.called} reads ${problem}`, node);
}

/** A weight, or that it is another layer's. */
function tiedOr(
  lowering: Lowering,
  weight: Tensor,
  otherwise: string,
): {
  readonly config: { readonly weight?: { readonly tied: string } };
  readonly sources: Readonly<Record<string, ParameterSource>>;
  readonly wanted: string;
} {
  const owner = lowering.ownerOf(weight);
  const wanted = lowering.layerOf(weight, "weight", otherwise);
  return owner === undefined
    ? { config: {}, sources: { weight: { tensor: weight } }, wanted }
    : { config: { weight: { tied: owner } }, sources: {}, wanted };
}

/** [K, N] as [N, K]. */
function turned(tensor: Tensor) {
  const [rows, width] = tensor.shape;
  const numbers = tensor.read();
  const data = new Float32Array(numbers.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < width; column++) data[column * rows + row] = numbers[row * width + column];
  return { shape: [width, rows], data };
}
