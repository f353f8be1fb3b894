// Einsum: products of values summed over axes that have the same letter, as NumPy writes them.
import { TYPES } from "../data-types.ts";
import type { Action, NodeContext, Operator } from "../operator.ts";
import { describeValue, type OnnxValue, problem, spanOf } from "../value.ts";
import { exact } from "./binary.ts";
import { stridesOf, visitRows } from "./broadcast.ts";

/** Letters of axes; an ellipsis stands for any number of them, which are numbered from the last. */
const ELLIPSIS = "...";

interface Equation {
  readonly terms: readonly string[];
  readonly result: string | undefined;
}

function readEquation(text: string): Equation {
  const [left, result, ...rest] = text.replaceAll(" ", "").split("->");
  const terms = left.split(",");
  for (const term of [...terms, result ?? ""]) {
    if (!/^[A-Za-z]*(\.\.\.)?[A-Za-z]*$/.test(term) || rest.length > 0) {
      throw problem(`equation is "${text}", needed letters for axes`);
    }
  }
  return { terms, result };
}

/** The axes of a term, one name each. */
function axesOfTerm(term: string, rank: number): string[] {
  const [before, after] = term.split(ELLIPSIS);
  if (after === undefined) return [...term];
  const hidden = Math.max(0, rank - before.length - after.length);
  return [...before, ...Array.from({ length: hidden }, (_, index) => `${hidden - 1 - index}`), ...after];
}

function prepareEinsum({ attributes, machine }: NodeContext): Action {
  const text = attributes.text("equation") ?? "";
  const { terms, result } = readEquation(text);
  return (inputs) => {
    const values = inputs as readonly OnnxValue[];
    const [{ type }] = values;
    if (terms.length !== values.length || values.some((value) => value.type !== type)) {
      throw problem(`equation "${text}" does not fit ${values.map(describeValue).join(", ")}`);
    }
    const named = values.map(({ dims }, index) => axesOfTerm(terms[index], dims.length));
    const lengths = new Map<string, number>();
    values.forEach((value, index) => {
      if (named[index].length !== value.dims.length) {
        throw problem(`"${terms[index]}" does not fit ${describeValue(value)}`);
      }
      named[index].forEach((name, axis) => {
        const [known, own] = [lengths.get(name) ?? 1, value.dims[axis]];
        if (known !== 1 && own !== 1 && known !== own) {
          throw problem(`axis "${name}" of "${text}" is ${known} and ${own} long`);
        }
        if (own !== 1 || !lengths.has(name)) lengths.set(name, own);
      });
    });
    const kept = keptAxes(result, named, lengths);
    const summed = [...lengths.keys()].filter((name) => !kept.includes(name));
    const strides = values.map(({ dims }, index) => stridesByName(dims, named[index]));
    const along = (names: readonly string[]) => strides.map((own) => names.map((name) => own.get(name) ?? 0));
    const dimsOf = (names: readonly string[]) => names.map((name) => lengths.get(name)!);
    const y = machine.make(type, dimsOf(kept));
    const inner = dimsOf(summed);
    machine.budget.multiplyPlainly(
      y.data.length * Math.max(1, spanOf(inner, 0, inner.length)) * values.length,
    );
    sumProducts(values, y, { outer: along(kept), inner: along(summed), summed: inner });
    if (TYPES[type].kind === "bool") throw problem(`${describeValue(values[0])}, needed numbers`);
    return type === "int64" || type === "uint64" ? exact(y) : y;
  };
}

/** Those of the result; without an arrow those of the ellipsis, and then the letters that stand there once, by the alphabet. */
function keptAxes(
  result: string | undefined,
  named: readonly (readonly string[])[],
  lengths: ReadonlyMap<string, number>,
): string[] {
  const all = named.flat();
  const hidden = [...lengths.keys()].filter((name) => /^\d/.test(name)).sort((a, b) => Number(b) - Number(a));
  if (result === undefined) {
    const once = all.filter((name) => !/^\d/.test(name) && all.indexOf(name) === all.lastIndexOf(name));
    return [...hidden, ...once.sort()];
  }
  const [before, after] = result.split(ELLIPSIS);
  const kept = after === undefined ? [...result] : [...before, ...hidden, ...after];
  if (new Set(kept).size !== kept.length || kept.some((name) => !lengths.has(name))) {
    throw problem(`the result "${result}" names an axis twice, or one that no input has`);
  }
  return kept;
}

/** By how much one step along each name goes on. A name that stands there twice goes along the diagonal. */
function stridesByName(dims: readonly number[], names: readonly string[]): ReadonlyMap<string, number> {
  const strides = stridesOf(dims);
  const byName = new Map<string, number>();
  names.forEach((name, axis) => {
    byName.set(name, (byName.get(name) ?? 0) + (dims[axis] === 1 ? 0 : strides[axis]));
  });
  return byName;
}

interface Walk {
  readonly outer: readonly (readonly number[])[];
  readonly inner: readonly (readonly number[])[];
  readonly summed: readonly number[];
}

/** Sums are taken in float64 and rounded once. */
function sumProducts(values: readonly OnnxValue[], y: OnnxValue, { outer, inner, summed }: Walk): void {
  let sum = 0;
  const add = (_: number, length: number, starts: readonly number[], steps: readonly number[]) => {
    for (let index = 0; index < length; index++) {
      let product = 1;
      for (let operand = 0; operand < values.length; operand++) {
        product *= values[operand].data[starts[operand] + index * steps[operand]];
      }
      sum += product;
    }
  };
  visitRows(y.dims, outer, (target, length, starts, steps) => {
    const places = [...starts];
    for (let index = 0; index < length; index++) {
      sum = 0;
      visitRows(summed, inner, add, places);
      y.data[target + index] = sum;
      for (let operand = 0; operand < places.length; operand++) places[operand] += steps[operand];
    }
  });
}

export const einsumOperators: Readonly<Record<string, Operator>> = {
  Einsum: { inputs: [1, Infinity], prepare: prepareEinsum },
};
