// Which inputs of a model are states, and which outputs they are fed from: by their names, and by what feeds what.
import { UnrolledError } from "../../errors.ts";
import type { OnnxGraph, OnnxValueInfo } from "./graph.ts";
import type { InputFlow } from "./input-flow.ts";
import { isStateName, sameByMarks, sameByWords } from "./state-names.ts";

/** An input, and the output that it is fed from: their names. */
export interface StatePair {
  readonly input: string;
  readonly output: string;
}

export interface FoundStates {
  /** { input: output }, for the pairs that leave no doubt. */
  readonly states: Readonly<Record<string, string>>;
  /** Where there are none: pairs that may be states, for the caller to choose among. */
  readonly doubtful: readonly StatePair[];
}

/** Beyond so many pairs of an input and an output nothing is searched for. */
const MOST_CANDIDATES = 2 ** 20;

/** Takes the caller's word, checked. */
export function givenStates(
  model: OnnxGraph,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  for (const [input, output] of Object.entries(given)) checkGiven(model, input, output);
  return { ...given };
}

/**
 * Finds states. A pair has one shape and type, and the output depends on the input. It is found by name, or because shapes leave no
 * other, and is a state where its name says so or the graph does (`InputFlow.keeps`). Something has to come in from outside, so
 * where all inputs would be states none is taken for one.
 */
export function findStates(model: OnnxGraph, flow: InputFlow): FoundStates {
  if (model.inputs.length * model.outputs.length > MOST_CANDIDATES) return { states: {}, doubtful: [] };
  const possible = model.inputs.flatMap((input) =>
    model.outputs.filter((output) => mayBeState(input, output)).map((output) => ({ input, output })),
  );
  const depends = ({ input, output }: Candidate) => flow.depends(input.name, output.name);
  const keeps = ({ input, output }: Candidate) => flow.keeps(input.name, output.name);
  const pairs: Candidate[] = [];
  const left = () => {
    const taken = new Set(pairs.flatMap(({ input, output }) => [input, output]));
    return possible.filter(({ input, output }) => !taken.has(input) && !taken.has(output));
  };
  const take = (fits: (candidate: Candidate) => boolean) =>
    pairs.push(...only(left().filter((candidate) => depends(candidate) && fits(candidate))));
  for (const alike of [sameByWords, sameByMarks]) {
    const named = ({ input, output }: Candidate) => alike(input.name, output.name);
    take((candidate) => named(candidate) && keeps(candidate));
    take(named);
  }
  take(({ input, output }) => sameLengths(input, output));
  const isCalledState = ({ input, output }: Candidate) => isStateName(input.name) && isStateName(output.name);
  const sure = pairs.filter((pair) => keeps(pair) || isCalledState(pair));
  if (sure.length > 0 && sure.length < model.inputs.length)
    return {
      states: Object.fromEntries(sure.map(({ input, output }) => [input.name, output.name])),
      doubtful: [],
    };
  // A delay by one step is a state whose output does not depend on it, but it is also what two unrelated values look like.
  const others = left().filter(
    (pair) => keeps(pair) || (isCalledState(pair) && sameByMarks(pair.input.name, pair.output.name)),
  );
  // A model with one input has nothing to choose, unless the graph itself makes a state of it.
  const doubtful = model.inputs.length > 1 || sure.length > 0 ? [...pairs, ...others] : others.filter(keeps);
  return { states: {}, doubtful: doubtful.map(namesOf) };
}

interface Candidate {
  readonly input: OnnxValueInfo;
  readonly output: OnnxValueInfo;
}

function namesOf({ input, output }: Candidate): StatePair {
  return { input: input.name, output: output.name };
}

/** Those whose input and whose output are in no other of them. */
function only(candidates: readonly Candidate[]): Candidate[] {
  const uses = new Map<OnnxValueInfo, number>();
  for (const { input, output } of candidates)
    for (const info of [input, output]) uses.set(info, (uses.get(info) ?? 0) + 1);
  return candidates.filter(({ input, output }) => uses.get(input) === 1 && uses.get(output) === 1);
}

/** Whether an input can begin with zeros, and the output can stand in its place. At most one length, that of the batch, is free. */
function mayBeState(input: OnnxValueInfo, output: OnnxValueInfo): boolean {
  if (input.type !== output.type || !input.dims || !output.dims) return false;
  if (input.dims.length !== output.dims.length) return false;
  const free = input.dims.filter((length) => typeof length !== "number");
  if (new Set(free).size > 1 || free.filter((name) => name === null).length > 1) return false;
  return input.dims.every((length, axis) => {
    const other = output.dims![axis];
    return typeof length !== "number" || typeof other !== "number" || length === other;
  });
}

/** Whether two have the same known lengths, of at least one axis longer than 1. */
function sameLengths(input: OnnxValueInfo, output: OnnxValueInfo): boolean {
  return (
    input.dims!.every((length, axis) => typeof length === typeof output.dims![axis]) &&
    input.dims!.some((length) => typeof length === "number" && length > 1)
  );
}

function checkGiven(model: OnnxGraph, input: string, output: string): void {
  const from = model.inputs.find(({ name }) => name === input);
  const to = model.outputs.find(({ name }) => name === output);
  if (!from || !to) {
    const names = (infos: readonly OnnxValueInfo[]) => infos.map(({ name }) => `"${name}"`).join(", ");
    throw new UnrolledError("invalid-argument", {
      call: "session",
      problem: `states has "${input}": "${output}", needed one of the inputs ${names(model.inputs)} and one of the outputs ${names(model.outputs)}`,
    });
  }
  if (from.type !== to.type || (from.dims && to.dims && from.dims.length !== to.dims.length)) {
    throw new UnrolledError("invalid-argument", {
      call: "session",
      problem: `state "${input}" is not of the type and number of axes of output "${output}"`,
    });
  }
}
