// What feeds what: from which inputs of a graph each of its outputs comes. Sets of inputs are bits of a bigint.
import type { GraphProto, NodeProto } from "./model-proto.ts";

/** What is known of an input and an output of a graph. */
export interface InputFlow {
  /** Whether the numbers of the output depend on those of the input. */
  depends(input: string, output: string): boolean;
  /**
   * Whether the output is what the input has become as a state: that of a recurrent node (or Scan) before its first step and after its
   * last, or the input's own numbers, moved and cut but not reckoned with, as in a buffer of the last frames.
   */
  keeps(input: string, output: string): boolean;
}

/** The inputs that a value depends on, and those that it keeps. */
interface Sources {
  readonly depends: bigint;
  readonly keeps: bigint;
}

type Known = (name: string) => Sources;

/** Sets are made for each value of a graph; of graphs with more inputs nothing is known, and names alone decide. */
const MOST_INPUTS = 256;
const NOTHING: Sources = { depends: 0n, keeps: 0n };

/** Operators that see the shape of their input and no numbers. */
const OF_SHAPES = new Set(["Shape", "Size", "ConstantOfShape"]);

/** Operators that hand numbers on as they are, and the inputs they take them from. */
const MOVES: Readonly<Record<string, readonly number[]>> = {
  Cast: [0],
  CastLike: [0],
  Expand: [0],
  Flatten: [0],
  Gather: [0],
  GatherElements: [0],
  GatherND: [0],
  Identity: [0],
  Pad: [0],
  Reshape: [0],
  ReverseSequence: [0],
  ScatterElements: [0, 2],
  ScatterND: [0, 2],
  Slice: [0],
  Split: [0],
  Squeeze: [0],
  TensorScatter: [0, 1],
  Transpose: [0],
  Unsqueeze: [0],
  Where: [1, 2],
};

/** Inputs initial_h and initial_c of a recurrent node by its outputs Y_h and Y_c. */
const INITIAL: Readonly<Record<number, number>> = { 1: 5, 2: 6 };
/** past_state by present_state. */
const PAST: Readonly<Record<number, number>> = { 1: 3 };
/** Operators with states: the inputs that these begin with by the outputs that they end with. */
const STATES: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  RNN: INITIAL,
  GRU: INITIAL,
  LSTM: INITIAL,
  DynamicQuantizeLSTM: INITIAL,
  LinearAttention: PAST,
  CausalConvWithState: PAST,
};

/** Follows the inputs of these names through a graph. */
export function inputFlow(graph: GraphProto, names: readonly string[]): InputFlow {
  if (names.length > MOST_INPUTS) return { depends: () => true, keeps: () => false };
  const bits = new Map(names.map((name, index) => [name, 1n << BigInt(index)]));
  const inputs = new Map([...bits].map(([name, bit]) => [name, { depends: bit, keeps: bit }]));
  const outputs = sourcesOf(graph, inputs, () => NOTHING);
  const byName = new Map(graph.outputs.map(({ name }, index) => [name, outputs[index]]));
  const has = (kind: keyof Sources) => (input: string, output: string) =>
    ((byName.get(output) ?? NOTHING)[kind] & (bits.get(input) ?? 0n)) !== 0n;
  return { depends: has("depends"), keeps: has("keeps") };
}

/** Sources of a graph's outputs, from those of its inputs and of what stands around it. */
function sourcesOf(graph: GraphProto, inputs: ReadonlyMap<string, Sources>, around: Known): Sources[] {
  const own = new Map(inputs);
  for (const { name } of graph.constants) if (!own.has(name)) own.set(name, NOTHING);
  const known: Known = (name) => own.get(name) ?? around(name);
  for (const node of graph.nodes) {
    const made = madeBy(node, known);
    node.outputs.forEach((name, index) => {
      if (name !== "") own.set(name, made(index));
    });
  }
  return graph.outputs.map(({ name }) => known(name));
}

/** Sources of each output of a node. */
function madeBy(node: NodeProto, known: Known): (output: number) => Sources {
  const { operator } = node;
  if (OF_SHAPES.has(operator)) return () => NOTHING;
  const inputs = node.inputs.map((name) => (name === "" ? NOTHING : known(name)));
  const { depends } = union(inputs);
  const keeping = (places: readonly number[]) => union(places.map((place) => inputs[place] ?? NOTHING)).keeps;
  const graphs = node.attributes.flatMap(({ graph }) => graph ?? []);
  if (operator === "If") {
    const branches = graphs.map((graph) => sourcesOf(graph, new Map(), known));
    return (output) => {
      const either = union(branches.map((branch) => branch[output] ?? NOTHING));
      return { depends: depends | either.depends, keeps: either.keeps };
    };
  }
  if (graphs.length > 0) {
    // A later turn of a loop reads what an earlier one made of anything that comes in.
    const body = graphs.flatMap((graph) => {
      const entries = new Map(graph.inputs.map(({ name }) => [name, { depends, keeps: 0n }]));
      return sourcesOf(graph, entries, known);
    });
    const all = depends | union(body).depends;
    const states = operator === "Scan" ? scanStates(node) : 0;
    return (output) => ({ depends: all, keeps: output < states ? keeping([output]) : 0n });
  }
  const states = Object.hasOwn(STATES, operator) ? STATES[operator] : undefined;
  if (states) return (output) => ({ depends, keeps: output in states ? keeping([states[output]]) : 0n });
  const keeps = operator === "Concat" ? union(inputs).keeps : keeping(MOVES[operator] ?? []);
  return () => ({ depends, keeps });
}

/** How many states a Scan has: what comes before the sequences that it reads. */
function scanStates({ inputs, attributes }: NodeProto): number {
  return inputs.length - (attributes.find(({ name }) => name === "num_scan_inputs")?.int ?? 0);
}

function union(parts: readonly Sources[]): Sources {
  let [depends, keeps] = [0n, 0n];
  for (const part of parts) {
    depends |= part.depends;
    keeps |= part.keeps;
  }
  return { depends, keeps };
}
