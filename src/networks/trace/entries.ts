// Operations on each entry by itself: sums, products, functions, and those of them whose other operand is the module's own numbers.
import type { Tensor } from "../../tensor/tensor.ts";
import { sizeOf } from "../../tensor/tensor.ts";
import type { ActivationLayerName } from "../config.ts";
import { hasAlpha } from "../entry-functions.ts";
import type { Lowered, Lowering, LowerOperation, ParameterSource } from "./lowering.ts";
import { refusal } from "./pass.ts";
import type { GraphNode, GraphValue } from "./symbolic.ts";

type Combination = "add" | "multiply";

const add: LowerOperation = (lowering, node) => combine(lowering, node, "add", node.inputs);
const multiply: LowerOperation = (lowering, node) => combine(lowering, node, "multiply", node.inputs);

/** a − b = a + (−1)·b, and −(b − a) where b is the module's own. */
const subtract: LowerOperation = (lowering, node) => {
  const [a, b] = node.inputs;
  if (lowering.numbersOf(b))
    return negated(
      lowering,
      node,
      withNumbers(lowering, node, "add", negated(lowering, node, operand(lowering, a)), b!),
    );
  const minus = negated(lowering, node, operand(lowering, b));
  return lowering.numbersOf(a)
    ? withNumbers(lowering, node, "add", minus, a!)
    : together(lowering, node, "add", [operand(lowering, a), minus]);
};

/** By numbers of the module's own that do not change: times their reciprocals. */
const divide: LowerOperation = (lowering, node) => {
  const [a, b] = node.inputs;
  const numbers = lowering.numbersOf(b);
  if (!numbers || lowering.options.names.has(numbers[0]))
    throw refusal(
      "divide has a place in a network only where it divides by numbers that stay as they are",
      node,
    );
  return withNumbers(lowering, node, "multiply", operand(lowering, a), b!, (number) => 1 / number);
};

const scaled: LowerOperation = (lowering, node) => {
  const [first, second] = node.facts.map(({ factor }) => factor as number);
  if (first === second)
    return lowering.add(node, "scale", [operand(lowering, node.inputs[0])], { kind: "scale", factor: first });
  throw refusal(
    `scaled has another factor for longer sequences (${first}, ${second}); a mean over time is globalAveragePool, or GlobalPool`,
    node,
  );
};

const activation =
  (name: ActivationLayerName): LowerOperation =>
  (lowering, node) =>
    lowering.add(node, name, [operand(lowering, node.inputs[0])], { kind: "activation", activation: name });

/** Of an activation layer inside a network that the module runs. */
const activationLayer: LowerOperation = (lowering, node) => {
  const { activation: name, alpha } = node.facts[0] as { activation: ActivationLayerName; alpha?: number };
  const config = {
    kind: "activation",
    activation: name,
    ...(hasAlpha(name) && alpha !== undefined ? { alpha } : {}),
  } as const;
  return lowering.add(node, name, [operand(lowering, node.inputs[0])], config);
};

const negation: LowerOperation = (lowering, node) =>
  negated(lowering, node, operand(lowering, node.inputs[0]));

const square: LowerOperation = (lowering, node) => {
  const x = operand(lowering, node.inputs[0]);
  return lowering.add(node, "square", [x, x], { kind: "multiply" });
};

/** By the names under which operations tell of themselves. */
export const entryOperations: Readonly<Record<string, LowerOperation>> = {
  add,
  subtract,
  multiply,
  divide,
  scaled,
  negation,
  square,
  activation: activationLayer,
  tanh: activation("tanh"),
  logistic: activation("sigmoid"),
  relu: activation("relu"),
  exp: activation("exponential"),
};

function operand(lowering: Lowering, value: GraphValue | undefined): Lowered {
  return lowering.value(value!);
}

function negated(lowering: Lowering, node: GraphNode, x: Lowered): Lowered {
  return lowering.add(node, "negate", [x], { kind: "scale", factor: -1 });
}

function combine(
  lowering: Lowering,
  node: GraphNode,
  kind: Combination,
  [a, b]: GraphNode["inputs"],
): Lowered {
  if (lowering.numbersOf(a)) return withNumbers(lowering, node, kind, operand(lowering, b), a!);
  if (lowering.numbersOf(b)) return withNumbers(lowering, node, kind, operand(lowering, a), b!);
  return together(lowering, node, kind, [operand(lowering, a), operand(lowering, b)]);
}

/** Two values of a network. One without steps is there at every step of the other, as broadcasting of [T, B, H] with [B, H] has it. */
function together(
  lowering: Lowering,
  node: GraphNode,
  kind: Combination,
  values: readonly [Lowered, Lowered],
): Lowered {
  const [a, b] = values;
  if (a.isJoined !== b.isJoined)
    throw refusal(
      `${node.operation} combines rows of all steps with something else, needed both alike`,
      node,
    );
  const ranks = values.map(({ shape }) => shape.axes.length);
  if (ranks[0] === ranks[1]) return lowering.add(node, kind, values, { kind });
  const [longer, shorter] = ranks[0] > ranks[1] ? [a, b] : [b, a];
  const isOverTime =
    longer.shape.axes[0] === "T" && ranks[0] + 1 === ranks[1] ? true : ranks[1] + 1 === ranks[0];
  if (!isOverTime || longer.shape.axes[0] !== "T" || shorter.shape.axes[0] !== "B")
    throw refusal(
      `${node.operation} combines values of ${ranks[0]} and ${ranks[1]} axes, needed as many`,
      node,
    );
  const repeated = lowering.add(node, "repeat", [shorter, longer], { kind: "repeat-over-time" });
  return lowering.add(node, kind, longer === a ? [a, repeated] : [repeated, b], { kind });
}

/** A value and numbers of the module's own: one for all entries, or one for each entry of a row. */
function withNumbers(
  lowering: Lowering,
  node: GraphNode,
  kind: Combination,
  x: Lowered,
  numbers: GraphValue,
  change?: (number: number) => number,
): Lowered {
  const [tensor, other] = lowering.numbersOf(numbers)!;
  const isNamed = lowering.options.names.has(tensor);
  const changed = (one: Tensor) => {
    const own = one.read();
    return change ? own.map(change) : own;
  };
  if (!isNamed) {
    const [here, there] = [changed(tensor), changed(other)];
    const [first] = here;
    if (here.every((number) => number === first) && there.every((number) => number === first)) {
      const config = kind === "add" ? { factor: 1, offset: first } : { factor: first };
      return lowering.add(node, "scale", [x], { kind: "scale", ...config });
    }
    if (String(here) !== String(there))
      throw refusal(`${node.operation} reads numbers that are others for longer sequences`, node);
  }
  const width = tensor.shape[tensor.shape.length - 1] ?? 1;
  if (width !== sizeOf(tensor.shape))
    throw refusal(
      `${node.operation} reads numbers of shape [${tensor.shape.join(", ")}], needed one number, or one for each entry of a row`,
      node,
    );
  const own = kind === "add" ? "bias" : "weight";
  const source: ParameterSource = {
    tensor,
    as: tensor.shape.length === 1 && !change ? undefined : (one) => ({ shape: [width], data: changed(one) }),
  };
  const config = { kind: "affine", size: width, weight: kind === "multiply", bias: kind === "add" } as const;
  const wanted = lowering.layerOf(tensor, own, kind === "add" ? "offset" : "gain");
  return lowering.add(node, wanted, [x], config, { [own]: source });
}
