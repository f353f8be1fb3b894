import type { StateDict } from "../../../module/state-dict.ts";
import type { ValueShape } from "../../../networks/value-shape.ts";
import type { GraphWriter } from "./write-graph.ts";

/** A value of the graph between two layers, with what is known of its steps. */
export interface WrittenValue {
  readonly name: string;
  readonly shape: ValueShape;
  /** Steps of each sequence, a value of int32 [B]. */
  readonly lengths?: string | undefined;
  /** Which steps count, a value of bool in the layout of the first two axes. */
  readonly mask?: string | undefined;
  /** Of what a recurrent layer puts out: the cell's states by name, where its last layer has ended: [D, B, P] for h. */
  readonly states?: Readonly<Record<string, string>>;
}

/** What layers are written with. */
export interface WriteContext {
  readonly graph: GraphWriter;
  readonly tensors: StateDict;
  /** Parameters that are others', by name. */
  readonly ties: ReadonlyMap<string, string>;
  /** Constants that hold parameters which others are tied to, by the parameters' names. */
  readonly shared: Map<string, string>;
  /** Whether recurrent layers' states come in and go out, so that a stream can be continued. */
  readonly states: "carried" | "internal";
}

/** A parameter of a layer by its own name, and the numbers as they are. */
export function parameterOf({ tensors, ties }: WriteContext, layer: string, name: string) {
  const whole = `${layer}.${name}`;
  return tensors[ties.get(whole) ?? whole];
}

/** A constant that holds a parameter as it is. */
export function parameterConstant(context: WriteContext, layer: string, name: string): string {
  const whole = `${layer}.${name}`;
  const source = context.ties.get(whole) ?? whole;
  const { shape, data } = parameterOf(context, layer, name);
  const constant = context.shared.get(source) ?? context.graph.floats(name, shape, data);
  // One that several layers have stands in the file once.
  if ([...context.ties.values()].includes(source)) context.shared.set(source, constant);
  return constant;
}

/** A constant that holds a parameter [N, K] as its transpose [K, N], which MatMul multiplies with. */
export function transposedConstant(context: WriteContext, layer: string, name: string): string {
  if (context.ties.has(`${layer}.${name}`))
    return context.graph.add("Transpose", [parameterConstant(context, layer, name)], {
      perm: { ints: [1, 0] },
    });
  const { shape, data } = parameterOf(context, layer, name);
  return context.graph.floats(name, [shape[1], shape[0]], transposed(data, shape[0], shape[1]));
}

/** [N, K] to [K, N]. */
export function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = data[row * columns + column];
  return result;
}
