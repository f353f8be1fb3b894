// If: one of two subgraphs. Loop: a subgraph as often as is said, or while it says so. Both see the values around them.
import type { Action, NodeContext, Operator } from "../operator.ts";
import { type Plan, runPlan } from "../plan.ts";
import { describeValue, type OnnxValue, problem, scalarOf } from "../value.ts";
import { stacked } from "./stacked.ts";

/** A condition, which has one entry. */
function holds(condition: OnnxValue): boolean {
  if (condition.type !== "bool") throw problem(`the condition is ${describeValue(condition)}, needed bool`);
  return scalarOf(condition, "the condition") !== 0;
}

function prepareIf(node: NodeContext): Action {
  const { attributes, machine } = node;
  const thenGraph = attributes.graph("then_branch");
  const elseGraph = attributes.graph("else_branch");
  const known = node.constant(0);
  // What is never run need not be supported.
  const decided = known?.type === "bool" && known.data.length === 1 ? holds(known) : undefined;
  const thenPlan = decided === false ? undefined : checked(node.subgraph(thenGraph), node);
  const elsePlan = decided === true ? undefined : checked(node.subgraph(elseGraph), node);
  return ([condition], frame) => runPlan(machine, (holds(condition!) ? thenPlan : elsePlan)!, [], frame);
}

function checked(plan: Plan, node: NodeContext): Plan {
  if (plan.inputs.length !== 0 || plan.outputs.length !== node.outputCount) {
    throw problem(
      `a branch has ${plan.inputs.length} inputs and ${plan.outputs.length} outputs, needed none and ${node.outputCount}`,
    );
  }
  return plan;
}

/**
 * Inputs: how often at most, whether to begin, and what is carried. The body gets the count, the condition and what is carried, and
 * gives the next condition, what is carried on, and numbers to be stacked.
 */
function prepareLoop(node: NodeContext): Action {
  const { attributes, machine, inputCount, outputCount } = node;
  const graph = attributes.graph("body");
  const body = node.subgraph(graph);
  const carriedCount = inputCount - 2;
  const stackedCount = outputCount - carriedCount;
  if (body.inputs.length !== inputCount || body.outputs.length !== outputCount + 1 || stackedCount < 0) {
    throw problem(
      `the body has ${body.inputs.length} inputs and ${body.outputs.length} outputs, needed ${inputCount} and ${outputCount + 1}`,
    );
  }
  if (carriedCount > 0) node.recurrent({ carried: false, causal: true });
  return function* ([most, begin, ...initial], frame) {
    const { budget } = machine;
    const trips = most ? scalarOf(most, "the number of trips") : Infinity;
    let goesOn = begin ? holds(begin) : true;
    let carried: readonly (OnnxValue | undefined)[] = initial;
    const parts: OnnxValue[][] = Array.from({ length: stackedCount }, () => []);
    for (let trip = 0; goesOn && trip < trips; trip++) {
      if (machine.isPauseDue()) yield;
      budget.step(inputCount + outputCount);
      const count = machine.make("int64", []);
      count.data[0] = trip;
      const condition = machine.make("bool", []);
      condition.data[0] = 1;
      const results = yield* runPlan(machine, body, [count, condition, ...carried], frame);
      goesOn = holds(results[0]!);
      carried = results.slice(1, 1 + carriedCount);
      for (let index = 0; index < stackedCount; index++) {
        const part = results[1 + carriedCount + index]!;
        budget.keep(part);
        parts[index].push(part);
      }
    }
    const results = [
      ...carried,
      ...parts.map((list, index) =>
        stacked(machine, list, 0, false, graph.outputs[1 + carriedCount + index]),
      ),
    ];
    for (const list of parts) budget.giveUp(list);
    return results;
  };
}

export const controlOperators: Readonly<Record<string, Operator>> = {
  If: { inputs: [1, 1], outputs: [1, Infinity], prepare: prepareIf },
  Loop: { inputs: [2, Infinity], mayLack: 2, outputs: [0, Infinity], prepare: prepareLoop },
};
