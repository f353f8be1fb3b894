import { UnrolledError } from "../../../errors.ts";
import type { Axis } from "../../../networks/config.ts";
import type { Field } from "../../protobuf.ts";
import {
  type Attribute,
  type ElementName,
  graphMessage,
  initializerField,
  nodeField,
  valueField,
} from "./write-messages.ts";

/** Attributes of an operator by name. */
export type Attributes = Readonly<Record<string, Attribute>>;

/**
 * A graph that grows operator by operator. Values are known by their names, which are unique in the whole file; a subgraph sees
 * those of the graphs around it.
 */
export class GraphWriter {
  readonly opset: number;
  readonly #root: GraphWriter;
  readonly #names: Set<string>;
  readonly #nodes: Field[] = [];
  readonly #initializers: Field[] = [];
  readonly #inputs: Field[] = [];
  readonly #outputs: Field[] = [];
  readonly #constants = new Map<string, string>();
  /** What the names of operators begin with: the layer that is being written. */
  #scope = "";

  constructor(opset: number, parent?: GraphWriter) {
    this.opset = opset;
    this.#root = parent ? parent.#root : this;
    this.#names = parent ? parent.#names : new Set();
  }

  /** What is written from now on belongs to this layer. */
  enter(layer: string): void {
    this.#root.#scope = layer;
  }

  /** A name that nothing has yet: this one in the layer that is being written, or a longer one. */
  #name(own: string): string {
    const wanted = this.#root.#scope === "" ? own : `${this.#root.#scope}/${own}`;
    let name = wanted;
    for (let count = 2; this.#names.has(name); count++) name = `${wanted}_${count}`;
    this.#names.add(name);
    return name;
  }

  /** Keeps a name that the file is known by from outside. */
  reserve(name: string): string {
    if (this.#names.has(name)) {
      throw new UnrolledError("invalid-argument", {
        call: "writeOnnx",
        problem: `${name} is the name of two inputs, outputs or states, needed different ones`,
      });
    }
    this.#names.add(name);
    return name;
  }

  /** Adds an operator with one output, and returns that. */
  add(operator: string, inputs: readonly string[], attributes: Attributes = {}, name = operator): string {
    return this.addSeveral(operator, inputs, attributes, [name])[0];
  }

  /** Adds an operator with as many outputs as there are names wanted. One that is wanted as "" is not asked of it. */
  addSeveral(
    operator: string,
    inputs: readonly string[],
    attributes: Attributes,
    wanted: readonly string[],
  ): string[] {
    const outputs = wanted.map((name) => (name === "" ? "" : this.#name(name)));
    const name = outputs.find((output) => output !== "") ?? operator;
    this.#nodes.push(nodeField({ operator, name, inputs, outputs, attributes }));
    return outputs;
  }

  /** A constant of numbers; it stands in the file's main graph, whichever asks for it. */
  floats(wanted: string, shape: readonly number[], numbers: Float32Array): string {
    const raw = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
    return this.#root.#constant(this.#name(wanted), "float", shape, raw);
  }

  /** A single number. Equal ones are one constant. */
  float(value: number): string {
    return this.#once(`float ${value}`, () => this.floats("number", [], Float32Array.of(value)));
  }

  /** Whole numbers of 64 bits along one axis. Equal ones are one constant. */
  ints(values: readonly number[]): string {
    return this.#once(`ints ${values}`, () => {
      const numbers = BigInt64Array.from(values, BigInt);
      return this.#root.#constant(
        this.#name("ints"),
        "int64",
        [values.length],
        new Uint8Array(numbers.buffer),
      );
    });
  }

  /** A single whole number of 64 bits, without an axis. */
  int(value: number): string {
    return this.#once(`int ${value}`, () => {
      const numbers = BigInt64Array.of(BigInt(value));
      return this.#root.#constant(this.#name("int"), "int64", [], new Uint8Array(numbers.buffer));
    });
  }

  /** An input of the main graph, under a reserved name, or of a subgraph, under a name of its own. */
  input(wanted: string, element: ElementName, axes: readonly Axis[]): string {
    const name = this.#root === this ? wanted : this.#name(wanted);
    this.#inputs.push(valueField(11, name, element, axes));
    return name;
  }

  /** Makes a value an output of this graph, named as inputs are. */
  output(value: string, wanted: string, element: ElementName, axes: readonly Axis[]): void {
    const name = this.#root === this ? wanted : this.#name(wanted);
    // A value that comes from outside, or that is put out twice, becomes one of this graph's own.
    this.#nodes.push(
      nodeField({ operator: "Identity", name, inputs: [value], outputs: [name], attributes: {} }),
    );
    this.#outputs.push(valueField(12, name, element, axes));
  }

  /** A graph inside an operator of this one. */
  subgraph(): GraphWriter {
    return new GraphWriter(this.opset, this);
  }

  /** The graph as a message. */
  message(name: string): Field {
    return graphMessage(name, {
      nodes: this.#nodes,
      initializers: this.#initializers,
      inputs: this.#inputs,
      outputs: this.#outputs,
    });
  }

  #constant(name: string, element: ElementName, shape: readonly number[], raw: Uint8Array): string {
    this.#initializers.push(initializerField(name, element, shape, raw));
    return name;
  }

  #once(key: string, make: () => string): string {
    const constants = this.#root.#constants;
    const name = constants.get(key) ?? make();
    constants.set(key, name);
    return name;
  }
}
