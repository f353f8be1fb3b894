// The graph of a pass as layers: what an operation became, and under which names its parameters stand.
import type { StateDict } from "../../module/state-dict.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { LayerConfig, NetworkInput, NetworkLayer } from "../config.ts";
import { shapeAfter } from "../shape-after.ts";
import { axesText, type ValueShape } from "../value-shape.ts";
import type { Caller } from "./caller.ts";
import { refusal } from "./pass.ts";
import {
  type GraphLeaf,
  type GraphNode,
  type GraphValue,
  isOperation,
  type Length,
  type Sizes,
} from "./symbolic.ts";

/** A value of the pass as a network has it. */
export interface Lowered {
  /** Of the input or the layer that it comes from. */
  readonly name: string;
  readonly shape: ValueShape;
  /** Whether the caller has joined its first two axes, T and B: the network leaves them apart, since its layers treat each row by itself. */
  readonly isJoined: boolean;
  /** Whether lengths travel with it. */
  readonly hasLengths: boolean;
  /** What it was before its axes were exchanged, or its shape changed, so that the way back is no layer. */
  readonly before?: { readonly by: "first" | "last" | "reshape"; readonly value: Lowered } | undefined;
  /** Of the states of a recurrent layer: that of one layer in one direction. */
  readonly states?: ((index: number, reader: GraphNode) => Lowered) | undefined;
}

/** How an operation becomes layers. */
export type LowerOperation = (lowering: Lowering, node: GraphNode, value: GraphValue) => Lowered;

/** What is beside the graph. */
export interface LoweringOptions {
  readonly inputs: readonly NetworkInput[];
  /** The module's own names. */
  readonly names: ReadonlyMap<Tensor, string>;
  readonly operations: Readonly<Record<string, LowerOperation>>;
  /** The lengths that both passes were given. */
  readonly lengths: readonly [readonly number[], readonly number[]];
  readonly sizes: Sizes;
  /** Which results of an operation are read. */
  readonly ports: ReadonlyMap<GraphNode | GraphLeaf, ReadonlySet<string>>;
}

/** Where a layer's parameter comes from. */
export interface ParameterSource {
  readonly tensor: Tensor;
  /** What the layer has instead, if not the same shape and numbers. */
  readonly as?: ((tensor: Tensor) => StateDict[string]) | undefined;
}

/** Layers that grow while the graph is walked. */
export class Lowering {
  readonly layers: NetworkLayer[] = [];
  readonly sources = new Map<string, ParameterSource>();
  readonly options: LoweringOptions;
  readonly #names: Set<string>;
  readonly #values = new Map<GraphNode | GraphLeaf, Map<string, Lowered>>();
  readonly #once = new Map<string | GraphNode, Lowered>();
  readonly #usesLengths: boolean;
  /** The network's parameter that holds a parameter of the module. */
  readonly #owners = new Map<Tensor, string>();

  constructor(options: LoweringOptions) {
    this.options = options;
    this.#names = new Set(options.inputs.map(({ name }) => name));
    const isGiven = (from: GraphNode | GraphLeaf) => isOperation(from) && from.facts[0].lengths !== undefined;
    this.#usesLengths = [...options.ports.keys()].some(isGiven);
  }

  /** A value of the graph, whose layers are made if they are not yet there. */
  value(value: GraphValue): Lowered {
    const ports = this.#values.get(value.from) ?? new Map<string, Lowered>();
    this.#values.set(value.from, ports);
    const known = ports.get(value.port);
    if (known) return known;
    const made = this.#lower(value);
    ports.set(value.port, made);
    return made;
  }

  /** What several results of an operation share. */
  once(of: string | GraphNode, make: () => Lowered): Lowered {
    const made = this.#once.get(of) ?? make();
    this.#once.set(of, made);
    return made;
  }

  /** An input that says how many steps there are. */
  steps(): Lowered | undefined {
    const { inputs } = this.options;
    const input = inputs.find(({ axes }) => [...axes.slice(0, 2)].sort().join() === "B,T");
    return input && this.#input(input);
  }

  /** Whether any operation was given lengths. */
  get usesLengths(): boolean {
    return this.#usesLengths;
  }

  /** A value that must have its axes apart. */
  apart(value: GraphValue, node: Caller): Lowered {
    const made = this.value(value);
    if (made.isJoined)
      throw refusal(`${node.called} reads rows of all steps and sequences, needed T and B apart`, node);
    return made;
  }

  /** Adds a layer. Its name is made of the one that is wanted. */
  add(
    node: Caller,
    wanted: string,
    inputs: readonly Lowered[],
    config: LayerConfig,
    sources: Readonly<Record<string, ParameterSource>> = {},
  ): Lowered {
    const name = this.#name(wanted);
    const shape = shapeAfter(
      name,
      config,
      inputs.map((input) => input.shape),
    );
    if ("problem" in shape) throw refusal(`${node.called ?? config.kind} ${shape.problem}`, node);
    this.layers.push({ name, inputs: inputs.map((input) => input.name), config });
    for (const [own, source] of Object.entries(sources)) {
      this.sources.set(`${name}.${own}`, source);
      if (!source.as && !this.#owners.has(source.tensor)) this.#owners.set(source.tensor, `${name}.${own}`);
    }
    const carries = inputs.some(({ hasLengths }) => hasLengths) && config.kind !== "all-steps";
    return {
      name,
      shape,
      isJoined: inputs.some(({ isJoined }) => isJoined),
      hasLengths: carries && shape.axes.includes("T"),
    };
  }

  /** The network's parameter that a parameter of the module stands under already. */
  ownerOf(tensor: Tensor): string | undefined {
    return this.#owners.get(tensor);
  }

  /** What a layer is called whose own parameter `own` is this one: `encoder` for `encoder.weight`. */
  layerOf(tensor: Tensor, own: string, otherwise: string): string {
    const name = this.options.names.get(tensor);
    if (name === undefined || name === own) return otherwise;
    return name.endsWith(`.${own}`) ? name.slice(0, -own.length - 1) : name;
  }

  /** Lets every step count, where an operation that knows no lengths reads a value that lengths travel with. */
  allSteps(node: Caller, value: Lowered): Lowered {
    return value.hasLengths ? this.add(node, "all-steps", [value], { kind: "all-steps" }) : value;
  }

  /** Whether an operation was given the lengths that the pass was given. */
  takesLengths(node: GraphNode): boolean {
    const [first, second] = node.facts.map(({ lengths }) => lengths as readonly number[] | undefined);
    if (!first && !second) return false;
    const [a, b] = this.options.lengths;
    if (String(first) === String(a) && String(second) === String(b)) return true;
    throw refusal(`${node.called} is given lengths of its own, needed those that forward is given`, node);
  }

  /** Numbers of the caller's that no operation has made, as they are in both passes; undefined for what an operation has made. */
  numbersOf(value: GraphValue | undefined): readonly [Tensor, Tensor] | undefined {
    return value && !isOperation(value.from) && value.from.leaf === "numbers"
      ? value.from.tensors
      : undefined;
  }

  #lower(value: GraphValue): Lowered {
    const { from } = value;
    if (!isOperation(from)) return this.#lowerLeaf(from);
    const lower = Object.hasOwn(this.options.operations, from.operation)
      ? this.options.operations[from.operation]
      : undefined;
    if (!lower)
      throw refusal(`${from.called ?? from.operation} is an operation that no layer of a network does`, from);
    const made = lower(this, from, value);
    checkAxes(from, value.axes, made);
    return made;
  }

  #lowerLeaf(leaf: GraphLeaf): Lowered {
    const input = this.options.inputs.find(({ name }) => name === leaf.name);
    if (leaf.leaf === "input" && input) return this.#input(input);
    if (leaf.leaf === "unknown")
      throw refusal(`${leaf.called ?? "something"} is an operation that no layer of a network does`, leaf);
    const [{ shape }] = leaf.tensors;
    throw refusal(
      `a tensor of shape [${shape.join(", ")}] that no input has made is read where a network needs a layer's output`,
      leaf,
    );
  }

  #input({ name, axes, kind }: NetworkInput): Lowered {
    const hasLengths = this.#usesLengths && axes.includes("T") && axes.includes("B");
    return { name, shape: { axes, kind }, isJoined: false, hasLengths };
  }

  #name(wanted: string): string {
    let name = wanted;
    for (let count = 2; this.#names.has(name); count++) name = `${wanted}_${count}`;
    this.#names.add(name);
    return name;
  }
}

/** What layers make must be what the pass has made. */
function checkAxes(node: GraphNode, traced: readonly Length[], made: Lowered): void {
  const { axes } = made.shape;
  if (made.isJoined || made.states) return;
  const fits =
    axes.length === traced.length &&
    axes.every((axis, at) => (isKnown(axis) && isKnown(traced[at]) ? axis === traced[at] : true));
  if (!fits) throw refusal(`${node.called} makes [${traced.join(", ")}], its layers ${axesText(axes)}`, node);
}

function isKnown(axis: Length | string): boolean {
  return typeof axis === "number" || axis === "T" || axis === "B";
}

/** A layer's parameters out of the tensors of a module. */
export function tensorsOf(sources: ReadonlyMap<string, ParameterSource>): StateDict {
  return Object.fromEntries(
    Array.from(sources, ([name, { tensor, as }]) => [
      name,
      as ? as(tensor) : { shape: [...tensor.shape], data: tensor.read() },
    ]),
  );
}
