// Equal, Less, Greater, …, And, Or, Xor: two values, broadcast, to bool. Not, IsNaN, IsInf: one. Where: chooses by a bool.
import { TYPES } from "../data-types.ts";
import type { Action, NodeContext, Operator } from "../operator.ts";
import { describeValue, problem } from "../value.ts";
import { type Combine, combined, withOldBroadcast } from "./binary.ts";
import { broadcastDims, broadcastStrides, visitRows } from "./broadcast.ts";

const COMPARISONS: Readonly<Record<string, Combine>> = {
  Equal: (a, b) => (a === b ? 1 : 0),
  Less: (a, b) => (a < b ? 1 : 0),
  LessOrEqual: (a, b) => (a <= b ? 1 : 0),
  Greater: (a, b) => (a > b ? 1 : 0),
  GreaterOrEqual: (a, b) => (a >= b ? 1 : 0),
  And: (a, b) => a & b,
  Or: (a, b) => a | b,
  Xor: (a, b) => a ^ b,
};

const LOGICAL = new Set(["And", "Or", "Xor"]);

function prepareComparison(node: NodeContext): Action {
  const { operator, machine } = node;
  const combine = COMPARISONS[operator];
  return withOldBroadcast(node, ([a, b]) => {
    if (a!.type !== b!.type || (LOGICAL.has(operator) && a!.type !== "bool")) {
      throw problem(
        `${describeValue(a!)} and ${describeValue(b!)}, needed two ${LOGICAL.has(operator) ? "bool" : "of one type"}`,
      );
    }
    return combined(machine, "bool", a!, b!, combine);
  });
}

/** y[i] ← test(x[i]) of floating-point numbers. */
function prepareTest({ machine }: NodeContext, test: (x: number) => boolean): Action {
  return ([x]) => {
    if (TYPES[x!.type].kind !== "float") {
      throw problem(`x is ${describeValue(x!)}, needed floating-point numbers`);
    }
    const y = machine.make("bool", x!.dims);
    for (let index = 0; index < y.data.length; index++) y.data[index] = test(x!.data[index]) ? 1 : 0;
    return y;
  };
}

function prepareIsInf(node: NodeContext): Action {
  const negative = node.attributes.flag("detect_negative", 1);
  const positive = node.attributes.flag("detect_positive", 1);
  return prepareTest(
    node,
    (x) => (positive && x === Number.POSITIVE_INFINITY) || (negative && x === Number.NEGATIVE_INFINITY),
  );
}

function prepareNot({ machine }: NodeContext): Action {
  return ([x]) => {
    if (x!.type !== "bool") throw problem(`x is ${describeValue(x!)}, needed bool`);
    const y = machine.make("bool", x!.dims);
    for (let index = 0; index < y.data.length; index++) y.data[index] = x!.data[index] ^ 1;
    return y;
  };
}

function prepareWhere({ machine }: NodeContext): Action {
  return ([condition, x, other]) => {
    if (condition!.type !== "bool")
      throw problem(`the condition is ${describeValue(condition!)}, needed bool`);
    if (x!.type !== other!.type) {
      throw problem(`${describeValue(x!)} and ${describeValue(other!)} are of different types`);
    }
    const dims = broadcastDims(condition!.dims, x!.dims, other!.dims);
    const y = machine.make(x!.type, dims);
    visitRows(
      dims,
      [condition!, x!, other!].map((value) => broadcastStrides(value.dims, dims)),
      (target, length, [choice, from, otherwise], [choiceStep, step, otherStep]) => {
        for (let index = 0; index < length; index++) {
          y.data[target + index] = condition!.data[choice + index * choiceStep]
            ? x!.data[from + index * step]
            : other!.data[otherwise + index * otherStep];
        }
      },
    );
    return y;
  };
}

const comparison: Operator = { inputs: [2, 2], prepare: prepareComparison };

export const comparisonOperators: Readonly<Record<string, Operator>> = {
  ...Object.fromEntries(Object.keys(COMPARISONS).map((name) => [name, comparison])),
  IsNaN: { inputs: [1, 1], prepare: (node) => prepareTest(node, Number.isNaN) },
  IsInf: { inputs: [1, 1], prepare: prepareIsInf },
  Not: { inputs: [1, 1], prepare: prepareNot },
  Where: { inputs: [3, 3], prepare: prepareWhere },
};
