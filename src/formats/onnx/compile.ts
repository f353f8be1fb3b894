// A graph becomes a plan: names become slots, nodes become actions, and what depends on constants alone is computed at once.
import { type ErrorText, UnrolledError } from "../../errors.ts";
import { Attributes } from "./attributes.ts";
import { type Dependence, dependenceOf, either, IN_ALL, ON_NOTHING, ON_NUMBERS } from "./dependence.ts";
import { forgetUnread, withLastUses } from "./last-uses.ts";
import type { Machine } from "./machine.ts";
import type { GraphProto, NodeProto } from "./model-proto.ts";
import { titleOf } from "./node-title.ts";
import type { Action, NodeContext, Operator, Results } from "./operator.ts";
import type { Plan, PlanStep } from "./plan.ts";
import { Scope } from "./scope.ts";
import type { OnnxValue } from "./value.ts";

/** What is known of a recurrent node once the model is open. */
export interface OnnxRecurrentNode {
  readonly number: number;
  readonly title: string;
  /** Its own, or that of its first output where it has none. */
  readonly name: string;
  /**
   * Whether a stream can carry its state: not that of a Scan or a Loop, nor of what runs inside one, nor where the graph gives it one that
   * depends on what comes in.
   */
  readonly carried: boolean;
  /** Whether it reads forwards alone. */
  readonly causal: boolean;
}

/** What making a whole model into plans needs and gathers. */
export interface Compilation {
  readonly machine: Machine;
  readonly opset: number;
  readonly operators: (domain: string, name: string) => Operator | undefined;
  /** Everything that is not supported or not right, said at once at the end. */
  readonly problems: ErrorText[];
  readonly recurrentNodes: OnnxRecurrentNode[];
  nodes: number;
}

/** Makes a graph into a plan. What is wrong is gathered in the compilation's problems. */
export function compileGraph(compilation: Compilation, graph: GraphProto, scope: Scope): Plan {
  const { problems, machine } = compilation;
  machine.budget.frames.push(scope.template);
  const constants = new Set(graph.constants.map(({ name }) => name));
  for (const { name, value } of graph.constants) {
    if (scope.has(name)) problems.push(`two values are called "${name}"`);
    scope.define(name, ON_NOTHING, value);
  }
  // A body's inputs may come in another shape each time; the model's do so only with other shapes of its inputs.
  const isWhole = scope.isWhole;
  // Before version 4 of the format, constants stood among the inputs too.
  const inputs = graph.inputs
    .filter(({ name }) => !constants.has(name))
    .map(({ name }) => {
      if (scope.has(name)) problems.push(`two values are called "${name}"`);
      return scope.define(name, isWhole ? ON_NUMBERS : IN_ALL);
    });
  const made = namesMadeBy(graph);
  const steps: PlanStep[] = [];
  for (const node of graph.nodes) {
    const step = compileNode(compilation, node, scope, made);
    if (step) steps.push(step);
  }
  const outputs = graph.outputs.map(({ name }) => {
    const slot = scope.find(name);
    if (slot < 0) problems.push(`output "${name}" is made by no node`);
    return slot;
  });
  forgetUnread(scope, steps, outputs);
  const { template, captures } = scope;
  return {
    inputs,
    outputs,
    dependences: outputs.map((slot) => scope.dependence(slot)),
    outputNames: graph.outputs.map(({ name }) => name),
    captures,
    template,
    steps: withLastUses(steps, new Set(outputs)),
    isFixed: steps.every(({ isControl, byNumbers }) => !isControl && !byNumbers),
    kept: { shapes: -1, frame: [] },
  };
}

function namesMadeBy(graph: GraphProto): ReadonlySet<string> {
  return new Set(graph.nodes.flatMap(({ outputs }) => outputs));
}

function compileNode(
  compilation: Compilation,
  node: NodeProto,
  scope: Scope,
  made: ReadonlySet<string>,
): PlanStep | undefined {
  const { problems, machine } = compilation;
  const number = compilation.nodes++;
  const title = titleOf(node, number);
  const operator = compilation.operators(node.domain, node.operator);
  const inputs = node.inputs.map((name) => (name === "" ? -1 : scope.find(name)));
  const problemsBefore = problems.length;
  node.inputs.forEach((name, index) => {
    if (name === "" || inputs[index] >= 0) return;
    problems.push(
      made.has(name)
        ? `${title} reads "${name}" before it is made; the nodes are not in an order in which they can run, or in a circle`
        : `${title} reads "${name}", which nothing makes`,
    );
  });
  const values = inputs.map((slot) => (slot < 0 ? undefined : scope.template[slot]));
  const fixed = inputs.every((slot, index) => slot < 0 || values[index] !== undefined);
  const reads = problems.length === problemsBefore;
  const prepared =
    operator && reads
      ? prepare(compilation, { node, title, number, operator, inputs, values, scope })
      : undefined;
  if (!operator) problems.push(`${title} is not supported`);
  const dependences = dependencesOf(node, inputs, scope, prepared);
  const define = (results: readonly (OnnxValue | undefined)[]) =>
    node.outputs.map((name, index) => {
      if (name === "") return -1;
      if (scope.has(name)) problems.push(`two values are called "${name}"; the second is made by ${title}`);
      return scope.define(name, dependences(index), results[index]);
    });
  if (!operator || !prepared || problems.length > problemsBefore) {
    define([]);
    return undefined;
  }
  const { action } = prepared;
  if (fixed && (operator.folds ?? true) && prepared.subgraphs.length === 0) {
    const folded = fold(machine, () => action(values, scope.template) as Results);
    if (folded) {
      define(folded);
      return undefined;
    }
  }
  const byShapes =
    !prepared.isRecurrent && node.outputs.every((_, index) => dependences(index) === ON_NOTHING);
  return {
    title,
    action,
    isControl: prepared.subgraphs.length > 0,
    inputs,
    outputs: define([]),
    captured: prepared.captured,
    released: prepared.released,
    byShapes,
    byNumbers: node.outputs.some((_, index) => dependences(index) === IN_ALL),
    done: [],
  };
}

/** What each output depends on. */
function dependencesOf(
  node: NodeProto,
  inputs: readonly number[],
  scope: Scope,
  prepared: Prepared | undefined,
): (output: number) => Dependence {
  const own = inputs.map((slot) => scope.dependence(slot));
  // What a stream carries is not seen among the inputs.
  if (!prepared || prepared.isRecurrent) return () => either(ON_NUMBERS, ...own);
  const { subgraphs, captured } = prepared;
  if (subgraphs.length === 0) {
    const dependence = dependenceOf(node.operator, own);
    return () => dependence;
  }
  if (node.operator === "If" && own[0] === ON_NOTHING) {
    return (output) => either(...subgraphs.map((plan) => plan.dependences[output] ?? ON_NOTHING));
  }
  const any = either(...own, ...captured.map((slot) => scope.dependence(slot)));
  return () => (any === ON_NOTHING ? ON_NOTHING : IN_ALL);
}

/** The results of a node of constants; undefined where they are too large, or wrong, which shows if the node is ever run. */
function fold(machine: Machine, run: () => Results): readonly (OnnxValue | undefined)[] | undefined {
  try {
    machine.budget.step();
    const results = run();
    return Array.isArray(results) ? results : [results as OnnxValue];
  } catch (error) {
    if (error instanceof UnrolledError) return undefined;
    throw error;
  }
}

interface NodeInScope {
  readonly node: NodeProto;
  readonly title: string;
  readonly number: number;
  readonly operator: Operator;
  readonly inputs: readonly number[];
  readonly values: readonly (OnnxValue | undefined)[];
  readonly scope: Scope;
}

/** A node's action, and what was learnt on the way. */
interface Prepared {
  readonly action: Action;
  readonly subgraphs: readonly Plan[];
  readonly isRecurrent: boolean;
  readonly released: ReadonlySet<number>;
  /** Slots that the subgraphs read. */
  readonly captured: readonly number[];
}

function prepare(
  compilation: Compilation,
  { node, title, number, operator, inputs, values, scope }: NodeInScope,
): Prepared | undefined {
  const { problems, machine, opset } = compilation;
  const subgraphs: Plan[] = [];
  let isRecurrent = false;
  const captured: number[] = [];
  const released = new Set<number>();
  try {
    checkCount(node.inputs, operator.inputs, "inputs", operator.mayLack);
    checkCount(node.outputs, operator.outputs ?? [1, 1], "outputs");
    const attributes = new Attributes(node.attributes);
    const context: NodeContext = {
      operator: node.operator,
      attributes,
      opset,
      machine,
      number,
      inputCount: node.inputs.length,
      outputCount: node.outputs.length,
      given: (input) => inputs[input] !== undefined && inputs[input] >= 0,
      wanted: (output) => (node.outputs[output] ?? "") !== "",
      constant: (input) => values[input],
      release: (...places) => {
        for (const place of places) released.add(place);
      },
      subgraph: (graph) => {
        const plan = compileGraph(compilation, graph, new Scope(scope, node.operator !== "If"));
        subgraphs.push(plan);
        captured.push(...plan.captures.map(({ outer }) => outer));
        return plan;
      },
      recurrent: ({ carried, causal }) => {
        isRecurrent ||= carried;
        // A loop over what is known without any numbers has no part in a stream.
        if (!carried && [...inputs, ...captured].every((slot) => scope.dependence(slot) === ON_NOTHING))
          return;
        const fed = inputs.slice(5).some((slot) => slot >= 0 && scope.dependence(slot) !== ON_NOTHING);
        compilation.recurrentNodes.push({
          number,
          title,
          name: node.name || (node.outputs.find((name) => name !== "") ?? ""),
          carried: carried && !fed && !scope.repeats,
          causal,
        });
      },
    };
    const action = operator.prepare(context);
    const unread = attributes.unread();
    if (unread.length > 0) problems.push(`${title}: attribute ${unread.join(", ")} is not supported`);
    return { action, subgraphs, isRecurrent, captured, released };
  } catch (error) {
    if (!(error instanceof UnrolledError)) throw error;
    problems.push([`${title}: `, ...error.text]);
    return undefined;
  }
}

function checkCount(
  names: readonly string[],
  [least, most]: readonly [number, number],
  what: "inputs" | "outputs",
  mayLack = 0,
): void {
  const needed =
    least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} to ${most}`;
  const required = (most === Infinity ? names : names.slice(0, least)).slice(mayLack);
  if (names.length < least || names.length > most || (what === "inputs" && required.includes(""))) {
    const given = names.filter((name) => name !== "").length;
    throw new UnrolledError("invalid-file", `it has ${given} ${what}, needed ${needed}`);
  }
}
