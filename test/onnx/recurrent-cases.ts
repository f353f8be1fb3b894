// RNN, GRU, LSTM with every attribute that onnxruntime-node runs, and DynamicQuantizeLSTM.
import type { Numbers, TestAttribute } from "./build.ts";
import { floats, type OperatorCase, random, typed } from "./operator-case.ts";

const STEPS = 5;
const BATCH = 3;
const INPUT = 4;
const HIDDEN = 6;
const GATES = { RNN: 1, GRU: 3, LSTM: 4 } as const;
type Cell = keyof typeof GATES;

interface Options {
  readonly direction?: "forward" | "reverse" | "bidirectional";
  readonly attributes?: Readonly<Record<string, TestAttribute>>;
  /** Inputs after R: B, sequence_lens, initial_h, initial_c, P. */
  readonly bias?: boolean;
  readonly lengths?: readonly number[];
  readonly states?: boolean;
  readonly peepholes?: boolean;
}

function recurrentCase(name: string, op: Cell, options: Options): OperatorCase {
  const { direction = "forward", attributes = {}, bias, lengths, states, peepholes } = options;
  const d = direction === "bidirectional" ? 2 : 1;
  const rows = GATES[op] * HIDDEN;
  const inputs: (Numbers | null)[] = [
    random([STEPS, BATCH, INPUT]),
    random([d, rows, INPUT], 0.7),
    random([d, rows, HIDDEN], 0.7),
    bias ? random([d, 2 * rows], 0.5) : null,
    lengths ? typed("int32", [BATCH], ...lengths) : null,
    states ? random([d, BATCH, HIDDEN], 1) : null,
    ...(op === "LSTM"
      ? [states ? random([d, BATCH, HIDDEN], 1) : null, peepholes ? random([d, 3 * HIDDEN], 1) : null]
      : []),
  ];
  while (inputs[inputs.length - 1] === null) inputs.pop();
  return {
    name: `${op} ${name}`,
    op,
    attributes: { hidden_size: { i: HIDDEN }, direction: { s: direction }, ...attributes },
    inputs,
    outputs: op === "LSTM" ? 3 : 2,
  };
}

const cells: readonly Cell[] = ["RNN", "GRU", "LSTM"];
const strings = (...names: string[]): TestAttribute => ({ strings: names });
const numbers = (...values: number[]): TestAttribute => ({ floats: values });

const FUNCTIONS: readonly (readonly [string, number?, number?])[] = [
  ["Relu"],
  ["Tanh"],
  ["Sigmoid"],
  ["Affine", 0.5, 0.1],
  ["LeakyRelu", 0.2],
  ["ThresholdedRelu", 0.3],
  ["ScaledTanh", 0.8, 0.6],
  ["HardSigmoid", 0.3, 0.4],
  ["Elu", 0.6],
  ["Softsign"],
  ["Softplus"],
];

export const recurrentCases: readonly OperatorCase[] = [
  ...cells.flatMap((op) => [
    recurrentCase("bare", op, {}),
    recurrentCase("with bias", op, { bias: true }),
    recurrentCase("in reverse", op, { direction: "reverse", bias: true }),
    recurrentCase("in both directions, with states", op, {
      direction: "bidirectional",
      bias: true,
      states: true,
    }),
    recurrentCase("of unequal lengths", op, { bias: true, lengths: [5, 2, 3] }),
    recurrentCase("of unequal lengths, both ways, with states", op, {
      direction: "bidirectional",
      bias: true,
      states: true,
      lengths: [1, 5, 4],
    }),
    recurrentCase("clipped", op, { bias: true, attributes: { clip: { f: 0.4 } } }),
  ]),
  ...FUNCTIONS.map(([name, alpha, beta]) =>
    recurrentCase(`with ${name}`, "RNN", {
      bias: true,
      attributes: {
        activations: strings(name),
        ...(alpha === undefined ? {} : { activation_alpha: numbers(alpha) }),
        ...(beta === undefined ? {} : { activation_beta: numbers(beta) }),
      },
    }),
  ),
  recurrentCase("with a function for each direction", "RNN", {
    direction: "bidirectional",
    attributes: { activations: strings("Tanh", "LeakyRelu"), activation_alpha: numbers(0.3) },
  }),
  recurrentCase("with the reset gate after the product", "GRU", {
    bias: true,
    states: true,
    attributes: { linear_before_reset: { i: 1 } },
  }),
  recurrentCase("with the reset gate after the product, both ways, clipped", "GRU", {
    bias: true,
    direction: "bidirectional",
    attributes: { linear_before_reset: { i: 1 }, clip: { f: 0.5 } },
  }),
  recurrentCase("with other functions", "GRU", {
    bias: true,
    attributes: {
      activations: strings("HardSigmoid", "Softsign"),
      activation_alpha: numbers(0.3),
      activation_beta: numbers(0.4),
    },
  }),
  recurrentCase("with the reset gate after the product and other functions", "GRU", {
    bias: true,
    attributes: { linear_before_reset: { i: 1 }, activations: strings("HardSigmoid", "Relu") },
  }),
  recurrentCase("with peepholes", "LSTM", { bias: true, states: true, peepholes: true }),
  recurrentCase("with peepholes, both ways, of unequal lengths", "LSTM", {
    direction: "bidirectional",
    peepholes: true,
    lengths: [2, 5, 1],
  }),
  recurrentCase("with coupled gates", "LSTM", {
    bias: true,
    states: true,
    attributes: { input_forget: { i: 1 } },
  }),
  recurrentCase("with other functions", "LSTM", {
    bias: true,
    attributes: {
      activations: strings("HardSigmoid", "Softsign", "ScaledTanh"),
      activation_alpha: numbers(0.3, 0.9),
      activation_beta: numbers(0.4, 0.7),
    },
  }),
  { ...recurrentCase("of which only Y_h is asked for", "LSTM", { bias: true }), without: [0, 2] },
  { ...recurrentCase("of which only Y is asked for", "GRU", { bias: true }), without: [1] },
];

const quantizedWeights = (type: "uint8" | "int8", dims: readonly number[]): Numbers => {
  const { data } = random(dims, 1);
  return typed(type, dims, ...data.map((entry) => Math.round(127 * entry) + (type === "uint8" ? 128 : 0)));
};

function quantizedCase(name: string, type: "uint8" | "int8", d: 1 | 2, perColumn: boolean): OperatorCase {
  const rows = 4 * HIDDEN;
  const scaleDims = perColumn ? [d, rows] : [d];
  const count = perColumn ? d * rows : d;
  const scale = () => floats(scaleDims, ...random([count], 0.002).data.map((entry) => 0.006 + entry));
  const zero = typed(
    type,
    scaleDims,
    ...Array.from({ length: count }, (_, at) => (type === "uint8" ? 128 : 0) + (perColumn ? 0 : at)),
  );
  return {
    name: `DynamicQuantizeLSTM, ${name}`,
    op: "DynamicQuantizeLSTM",
    domain: "com.microsoft",
    attributes: { hidden_size: { i: HIDDEN }, direction: { s: d === 2 ? "bidirectional" : "forward" } },
    inputs: [
      random([STEPS, BATCH, INPUT]),
      quantizedWeights(type, [d, INPUT, rows]),
      quantizedWeights(type, [d, HIDDEN, rows]),
      random([d, 2 * rows], 0.5),
      null,
      random([d, BATCH, HIDDEN], 1),
      random([d, BATCH, HIDDEN], 1),
      null,
      scale(),
      zero,
      scale(),
      zero,
    ],
    outputs: 3,
  };
}

export const quantizedCases: readonly OperatorCase[] = [
  quantizedCase("uint8", "uint8", 1, false),
  quantizedCase("int8", "int8", 1, false),
  quantizedCase("both ways", "uint8", 2, false),
  quantizedCase("int8, a scale for each column", "int8", 1, true),
];
