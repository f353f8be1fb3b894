// What the state of a stream is: inputs that are fed from outputs, which are then all of it, or recurrent nodes that go on.
import { UnrolledError } from "../../errors.ts";
import type { OnnxRecurrentNode } from "./compile.ts";
import type { OnnxGraph } from "./graph.ts";
import type { InputFlow } from "./input-flow.ts";
import { findStates, givenStates, type StatePair } from "./state-pairs.ts";
import type { OnnxStreamOptions } from "./stream.ts";

export interface CarriedState {
  /** { input: output }. */
  readonly states: Readonly<Record<string, string>>;
  /** Numbers of the recurrent nodes whose states are carried. */
  readonly nodes: ReadonlySet<number>;
}

const NONE =
  "the model has neither inputs that are fed from outputs nor recurrent nodes whose state can be carried";
/** Pairs and nodes that an error lists. */
const MOST_LISTED = 10;

/** @throws UnrolledError "invalid-argument" where it is in doubt what the state is, or where it cannot be carried */
export function carriedState(
  model: OnnxGraph,
  flow: InputFlow,
  { states: given, carried }: OnnxStreamOptions,
): CarriedState {
  const { states, doubtful } = given
    ? { states: givenStates(model, given), doubtful: [] }
    : findStates(model, flow);
  const isExplicit = Object.keys(states).length > 0;
  if (carried) {
    const nodes = carried.map((name) => nodeNamed(model, name));
    if (nodes.length === 0 && !isExplicit) throw refused(`${NONE}; carried is []`);
    return { states, nodes: numbersOf(nodes) };
  }
  if (isExplicit) return { states, nodes: new Set() };
  const nodes = model.recurrentNodes.filter((node) => node.carried);
  if (doubtful.length > 0)
    throw refused(`${nodes.length > 0 ? "which inputs are states is in doubt" : NONE}: ${choices(doubtful)}`);
  if (nodes.length === 0) throw refused(`${NONE}; if it has, say which with states: { input: output }`);
  for (const node of model.recurrentNodes) {
    const problem = problemOf(node);
    if (problem)
      throw refused(
        `${problem}; carried: [${listed(nodes.filter(({ causal }) => causal))}] says which nodes go on along the stream, and the others begin anew at each step`,
      );
  }
  return { states, nodes: numbersOf(nodes) };
}

/** The recurrent node that the caller names, if it can go on. */
function nodeNamed({ recurrentNodes }: OnnxGraph, name: string): OnnxRecurrentNode {
  const node = recurrentNodes.find((each) => each.name === name);
  if (!node)
    throw refused(
      `carried names ${JSON.stringify(name)}, needed recurrent nodes of the model: ${listed(recurrentNodes) || "there are none"}`,
    );
  const problem = problemOf(node);
  if (problem) throw refused(problem);
  return node;
}

/** Why a node cannot go on from where it was. */
function problemOf({ title, carried, causal }: OnnxRecurrentNode): string | undefined {
  if (!causal)
    return `${title} reads backwards, needed nodes that read forwards alone; the end of a stream is not known`;
  if (!carried)
    return `${title} has a state that cannot be carried: it is a loop or inside one, or the graph itself begins it from what comes in`;
  return undefined;
}

/** What the caller may say, of pairs that are in doubt. */
function choices(pairs: readonly StatePair[]): string {
  const seen = pairs.slice(0, MOST_LISTED).map(({ input, output }) => `"${input}" fed from "${output}"`);
  const more = pairs.length > MOST_LISTED ? `, and ${pairs.length - MOST_LISTED} more` : "";
  return `seen ${pairs.length === 1 ? "is" : "are"} ${seen.join(", ")}${more}; say which are states, as in ${exampleOf(pairs)}, or states: {} that none is`;
}

/** The first pair of each input, as the option is written. */
function exampleOf(pairs: readonly StatePair[]): string {
  const firsts = pairs.filter(
    ({ input }, index) => pairs.findIndex((pair) => pair.input === input) === index,
  );
  const words = firsts
    .slice(0, MOST_LISTED)
    .map(({ input, output }) => `${JSON.stringify(input)}: ${JSON.stringify(output)}`);
  return `states: { ${words.join(", ")} }`;
}

function listed(nodes: readonly OnnxRecurrentNode[]): string {
  const more = nodes.length > MOST_LISTED ? `, and ${nodes.length - MOST_LISTED} more` : "";
  return `${nodes
    .slice(0, MOST_LISTED)
    .map(({ name }) => JSON.stringify(name))
    .join(", ")}${more}`;
}

function numbersOf(nodes: readonly OnnxRecurrentNode[]): ReadonlySet<number> {
  return new Set(nodes.map(({ number }) => number));
}

function refused(problem: string): UnrolledError {
  return new UnrolledError("invalid-argument", { call: "session", problem });
}
