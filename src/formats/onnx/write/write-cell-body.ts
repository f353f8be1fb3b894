// One step of a recurrent cell in ONNX's arithmetic; σ and g are the layer's activations, bounded by its gateClip. The equations
// are those in cells/: sums = W_ih x + b (+ W_hh h), a row of gates in our order.
//   rnn   h′ = g(sum)
//   lstm  i, f, o = σ(sum + p∘c)    c′ = f∘c + i∘g(sum)    h′ = o∘g(LN(c′)), projected
//   gru   r, z = σ(sum)    n = g(sum + r∘(W_hn h + b_hn))  or  g(sum + W_hn (r∘h))    h′ = (1 − z)∘n + z∘h
//   ugrnn g = σ(sum)    h′ = g∘h + (1 − g)∘n(sum)
//   mgu   f = σ(sum)    n = g(sum + W_hn (f∘h))    h′ = (1 − f)∘h + f∘n
// and with zoneout s′ = s + (1 − p)(s′ − s) in the end, its average (Krueger et al. 2017).
import type { RecurrentLayerConfig } from "../../../networks/config.ts";
import { shapeOf } from "../../../networks/recurrent-axes.ts";
import { gatesOf } from "../../../networks/recurrent-shapes.ts";
import { activationsOf, writeCellActivation } from "./write-cell-activation.ts";
import { parameterOf, transposed, type WriteContext } from "./write-context.ts";
import type { GraphWriter } from "./write-graph.ts";

/** Whose step is written: a layer, and the suffix of its parameters. */
export interface CellWriter {
  readonly context: WriteContext;
  readonly layer: string;
  readonly config: RecurrentLayerConfig;
  readonly suffix: string;
}

/** The same inside the graph of a step. */
interface StepWriter extends CellWriter {
  readonly graph: GraphWriter;
}

/** The variance's share of a layer normalisation that keeps its root away from zero. */
const NORM_EPSILON = 1e-5;

/** x's part of the sums, of all steps at once [T, B, G·H], with the biases that need not be kept apart. */
export function inputSums(writer: CellWriter, xs: string): string {
  const { graph } = writer.context;
  const product = graph.add("MatMul", [xs, matrix(writer, "weight_ih")]);
  const [ih, hh] = [vector(writer, "bias_ih"), vector(writer, "bias_hh")];
  if (normalises(writer)) return normalised(graph, writer, product, "norm_ih", ih);
  const bias = ih && hh && !splitsSums(writer) ? ih.map((value, index) => value + hh[index]) : ih;
  return bias ? graph.add("Add", [product, graph.floats("bias", [bias.length], bias)]) : product;
}

/** Writes a step from the cell's states before it, in their order, and returns those after it. */
export function writeCellStep(writer: StepWriter, states: readonly string[], sums: string): string[] {
  const after = stepAfter(writer, states, sums);
  const zoneout: Readonly<Record<string, number | undefined>> | undefined = writer.config.options.zoneout;
  const names = shapeOf(writer.config).states.map(({ name }) => name);
  return after.map((made, part) => zonedOut(writer.graph, zoneout?.[names[part]], made, states[part]));
}

function stepAfter(writer: StepWriter, [h, c]: readonly string[], sums: string): string[] {
  const { graph, config } = writer;
  switch (config.kind) {
    case "rnn": {
      const [activation] = activationsOf(config);
      return [writeCellActivation(graph, addRecurrent(writer, sums, h), activation, config.options.gateClip)];
    }
    case "lstm":
      return lstmStep(writer, h, c, addRecurrent(writer, sums, h));
    case "gru":
      return [config.options.resetAfter === false ? gatedStep(writer, h, sums) : gruStep(writer, h, sums)];
    case "mgu":
      return [gatedStep(writer, h, sums)];
    case "ugrnn":
      return [ugrnnStep(writer, h, addRecurrent(writer, sums, h))];
  }
}

function lstmStep(writer: StepWriter, h: string, c: string, sums: string): string[] {
  const { graph, config } = writer;
  if (config.kind !== "lstm") return [h, c];
  const { gateClip, cellClip, coupled, peepholes, layerNorm, projectionSize } = config.options;
  const [gate, squash, out] = activationsOf(config);
  const names = coupled ? ["i", "g", "o"] : ["i", "f", "g", "o"];
  const parts = new Map(split(writer, sums).map((part, index) => [names[index], part]));
  const order = coupled ? ["i", "o"] : ["i", "f", "o"];
  const through = (name: string, cell: string) => {
    const sum = parts.get(name)!;
    if (!peepholes) return sum;
    const weight = part(writer, "weight_ch", order.indexOf(name));
    return graph.add("Add", [sum, graph.add("Mul", [weight, cell])]);
  };
  const i = writeCellActivation(graph, through("i", c), gate, gateClip);
  const f = coupled
    ? graph.add("Sub", [graph.float(1), i])
    : writeCellActivation(graph, through("f", c), gate, gateClip);
  const g = writeCellActivation(graph, parts.get("g")!, squash, gateClip);
  const sum = graph.add("Add", [graph.add("Mul", [f, c]), graph.add("Mul", [i, g])]);
  const cell =
    cellClip === undefined ? sum : graph.add("Clip", [sum, graph.float(-cellClip), graph.float(cellClip)]);
  const o = writeCellActivation(graph, through("o", cell), gate, gateClip);
  const seen = layerNorm
    ? normalised(graph, writer, cell, "norm_c", vector(writer, "norm_c", ".bias"))
    : cell;
  const made = graph.add("Mul", [o, writeCellActivation(graph, seen, out, undefined)]);
  if (projectionSize === undefined) return [made, cell];
  return [graph.add("MatMul", [made, matrix(writer, "weight_hr")]), cell];
}

/** The GRU whose reset gate acts on h's product. */
function gruStep(writer: StepWriter, h: string, sums: string): string {
  const { graph, config } = writer;
  const { gateClip } = config.options;
  const [gate, squash] = activationsOf(config);
  const [xr, xz, xn] = split(writer, sums);
  const [hr, hz, hn] = split(writer, recurrentProduct(writer, h));
  const r = writeCellActivation(graph, graph.add("Add", [xr, hr]), gate, gateClip);
  const z = writeCellActivation(graph, graph.add("Add", [xz, hz]), gate, gateClip);
  const candidate = graph.add("Add", [xn, graph.add("Mul", [r, hn])]);
  return between(graph, z, h, writeCellActivation(graph, candidate, squash, gateClip));
}

/** Cells whose candidate reads gated h: the GRU with r∘h, the minimal gated unit with f∘h. */
function gatedStep(writer: StepWriter, h: string, sums: string): string {
  const { graph, config } = writer;
  const { gateClip, hiddenSize } = config.options;
  const [gate, squash] = activationsOf(config);
  const gates = gatesOf(config);
  const blocks = split(writer, sums);
  const rows = (first: number, last: number) =>
    matrix(writer, "weight_hh", first * hiddenSize, last * hiddenSize);
  const product = split(writer, graph.add("MatMul", [h, rows(0, gates - 1)]), gates - 1);
  const made = product.map((part, index) =>
    writeCellActivation(graph, graph.add("Add", [blocks[index], part]), gate, gateClip),
  );
  const gated = graph.add("Mul", [made[0], h]);
  const candidate = graph.add("Add", [
    blocks[gates - 1],
    graph.add("MatMul", [gated, rows(gates - 1, gates)]),
  ]);
  const n = writeCellActivation(graph, candidate, squash, gateClip);
  return config.kind === "mgu" ? between(graph, made[0], n, h) : between(graph, made[1], h, n);
}

function ugrnnStep(writer: StepWriter, h: string, sums: string): string {
  const { graph, config } = writer;
  const [gate, squash] = activationsOf(config);
  const [g, n] = split(writer, sums);
  const share = writeCellActivation(graph, g, gate, undefined);
  return between(graph, share, h, writeCellActivation(graph, n, squash, undefined));
}

/** share∘a + (1 − share)∘b. */
function between(graph: GraphWriter, share: string, a: string, b: string): string {
  const rest = graph.add("Sub", [graph.float(1), share]);
  return graph.add("Add", [graph.add("Mul", [share, a]), graph.add("Mul", [rest, b])]);
}

function zonedOut(graph: GraphWriter, probability = 0, made: string, before: string): string {
  if (probability === 0) return made;
  const moved = graph.add("Mul", [graph.add("Sub", [made, before]), graph.float(1 - probability)]);
  return graph.add("Add", [before, moved]);
}

function addRecurrent(writer: StepWriter, sums: string, h: string): string {
  return writer.graph.add("Add", [sums, recurrentProduct(writer, h)]);
}

/** h's part of the sums [B, G·H], with the bias that is kept apart. */
function recurrentProduct(writer: StepWriter, h: string): string {
  const { graph } = writer;
  const product = graph.add("MatMul", [h, matrix(writer, "weight_hh")]);
  const bias = vector(writer, "bias_hh");
  if (normalises(writer)) return normalised(graph, writer, product, "norm_hh", bias);
  return bias && splitsSums(writer)
    ? graph.add("Add", [product, graph.floats("bias", [bias.length], bias)])
    : product;
}

/** LN(x)∘gain + bias over the last axis (Ba, Kiros & Hinton 2016). */
function normalised(
  graph: GraphWriter,
  writer: CellWriter,
  x: string,
  own: string,
  bias: Float32Array | undefined,
): string {
  const gain = vector(writer, own, ".weight")!;
  const inputs = [x, graph.floats(own, [gain.length], gain)];
  if (bias) inputs.push(graph.floats("bias", [bias.length], bias));
  return graph.add("LayerNormalization", inputs, { axis: { int: -1 }, epsilon: { float: NORM_EPSILON } });
}

function normalises({ config }: CellWriter): boolean {
  return shapeOf(config).normalises === true;
}

/** Whether b_hh stays with h's product, because a gate acts on it alone. */
function splitsSums({ config }: CellWriter): boolean {
  return shapeOf(config).recurrent === "apart";
}

/** A row [B, blocks·H] cut into its gates. */
function split({ graph, config }: StepWriter, row: string, blocks = gatesOf(config)): string[] {
  if (blocks === 1) return [row];
  const { hiddenSize } = config.options;
  const lengths = graph.ints(Array.from({ length: blocks }, () => hiddenSize));
  const wanted = Array.from({ length: blocks }, (_, index) => `gate${index}`);
  return graph.addSeveral("Split", [row, lengths], { axis: { int: -1 } }, wanted);
}

/** Rows of a matrix [N, K], all if not given, as the transpose that MatMul multiplies with. */
function matrix(writer: CellWriter, own: string, first = 0, last?: number): string {
  const { shape, data } = parameterOf(writer.context, writer.layer, own + writer.suffix);
  const [rows, columns] = shape;
  const end = last ?? rows;
  const part = data.subarray(first * columns, end * columns);
  const name = `${own}${writer.suffix}`;
  return writer.context.graph.floats(name, [columns, end - first], transposed(part, end - first, columns));
}

/** Entries of one block of a vector [blocks·H]. */
function part(writer: StepWriter, own: string, block: number): string {
  const { hiddenSize } = writer.config.options;
  const data = vector(writer, own)!.subarray(block * hiddenSize, (block + 1) * hiddenSize);
  return writer.graph.floats(own, [hiddenSize], data);
}

function vector({ context, layer, suffix }: CellWriter, own: string, end = ""): Float32Array | undefined {
  return parameterOf(context, layer, `${own}${suffix}${end}`)?.data;
}
