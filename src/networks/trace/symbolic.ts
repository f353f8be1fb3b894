// Two passes over sequences of different lengths as one graph, in which T and B are names. What differs otherwise depends on how long
// sequences are, or on how many: a loop over steps, a branch.
import type { Tensor } from "../../tensor/tensor.ts";
import type { Facts } from "../../tensor/tracing.ts";
import type { Caller } from "./caller.ts";
import { isNode, type Pass, type PassLeaf, type PassNode, type PassValue, refusal } from "./pass.ts";

/** A length: a number, T, B, both multiplied (rows of all steps), or something else that grows with them. */
export type Length = number | "T" | "B" | "TB" | "?";

/** T and B of the two passes. */
export interface Sizes {
  readonly T: readonly [number, number];
  readonly B: readonly [number, number];
}

/** A value of the graph. */
export interface GraphValue {
  readonly axes: readonly Length[];
  readonly from: GraphNode | GraphLeaf;
  readonly port: string;
}

/** An operation of the graph, with what it was told in both passes. */
export interface GraphNode extends Caller {
  readonly operation: string;
  readonly inputs: readonly (GraphValue | undefined)[];
  readonly facts: readonly [Facts, Facts];
}

/** A leaf, with its tensors of both passes. */
export interface GraphLeaf extends Caller {
  readonly leaf: PassLeaf["leaf"];
  readonly name?: string | undefined;
  readonly tensors: readonly [Tensor, Tensor];
}

/** Whether a value of the graph was made by an operation. */
export function isOperation(from: GraphNode | GraphLeaf): from is GraphNode {
  return "operation" in from;
}

/**
 * The graph of two passes.
 *
 * @throws UnrolledError "invalid-argument" with the line where they differ
 */
export function graphOf(first: Pass, second: Pass, sizes: Sizes): ReadonlyMap<string, GraphValue> {
  const nodes = new Map<PassNode | PassLeaf, { readonly with: PassNode | PassLeaf; readonly as: Made }>();

  const bothValues = (a: PassValue, b: PassValue): GraphValue => {
    if (a.shape.length !== b.shape.length || a.port !== b.port) throw differing(a.from, b.from, sizes);
    const axes = a.shape.map((length, axis) => lengthOf(length, b.shape[axis], sizes));
    return { axes, from: madeBy(a.from, b.from), port: a.port };
  };

  const madeBy = (a: PassNode | PassLeaf, b: PassNode | PassLeaf): Made => {
    const known = nodes.get(a);
    if (known) {
      if (known.with !== b) throw differing(a, b, sizes);
      return known.as;
    }
    const as = both(a, b);
    nodes.set(a, { with: b, as });
    return as;
  };

  const both = (a: PassNode | PassLeaf, b: PassNode | PassLeaf): Made => {
    const { line, called } = a;
    if (!isNode(a) || !isNode(b)) {
      if (isNode(a) || isNode(b) || a.leaf !== b.leaf || a.name !== b.name) throw differing(a, b, sizes);
      return { leaf: a.leaf, name: a.name, tensors: [a.tensor, b.tensor], line, called };
    }
    const [inputsOfA, inputsOfB] = [operandsOf(a), operandsOf(b)];
    if (a.operation !== b.operation || inputsOfA.length !== inputsOfB.length) throw differing(a, b, sizes);
    const inputs = inputsOfA.map((input, at) => {
      const other = inputsOfB[at];
      if (!input !== !other) throw differing(a, b, sizes);
      return input && other && bothValues(input, other);
    });
    const isRepeat = a.operation === "stack" && inputs.length === 1 && a.inputs.length > 1;
    const operation = isRepeat ? "repeat" : a.operation;
    return { operation, inputs, facts: [a.facts, b.facts], line, called };
  };

  const names = new Set([...first.outputs.keys(), ...second.outputs.keys()]);
  return new Map(
    Array.from(names, (name) => {
      const [a, b] = [first.outputs.get(name), second.outputs.get(name)];
      if (!a || !b)
        throw refusal(`output ${name} is there for some lengths of sequences and not for others`, {});
      return [name, bothValues(a, b)] as const;
    }),
  );
}

type Made = GraphNode | GraphLeaf;

/** A stack of one tensor, however often, is that tensor repeated. */
function operandsOf({ operation, inputs }: PassNode): PassNode["inputs"] {
  return operation === "stack" && inputs.every((input) => input === inputs[0]) ? inputs.slice(0, 1) : inputs;
}

/** A length by what it was in both passes. */
function lengthOf(a: number, b: number, { T, B }: Sizes): Length {
  if (a === b) return a;
  if (a === T[0] && b === T[1]) return "T";
  if (a === B[0] && b === B[1]) return "B";
  return a === T[0] * B[0] && b === T[1] * B[1] ? "TB" : "?";
}

function differing(a: PassNode | PassLeaf, b: PassNode | PassLeaf, { T, B }: Sizes): Error {
  const told = (from: PassNode | PassLeaf) =>
    isNode(from)
      ? `${from.called ?? from.operation} of ${from.inputs.length} ${from.inputs.length === 1 ? "tensor" : "tensors"}`
      : from.leaf === "input"
        ? `input ${from.name}`
        : "a tensor";
  return refusal(
    `with ${T[0]} steps and ${B[0]} sequences this is ${told(a)}, with ${T[1]} and ${B[1]} it is ${told(b)}; a network can have no loop over steps in JavaScript and no branch on their number; recurrent layers loop by themselves`,
    a.line ? a : b,
  );
}
