// A cell's equations with the numbers of one unit at one step in them. A line is what is computed, the same with numbers, and the result.
import type { GateSum, StepSums } from "unrolled/inspect";

export interface Equation {
  /** "i", "c", "h", … */
  readonly name: string;
  /** In letters, such as "σ(W_ii x + b_ii + W_hi h + b_hi)". */
  readonly letters: string;
  /** The same with numbers. */
  readonly numbers: string;
  readonly result: number;
  /** The sum behind a gate, to be multiplied out. */
  readonly sum: GateSum | undefined;
}

export function equationsOf(step: StepSums, unit: number): Equation[] {
  return [...step.gates.map((sum) => gateEquation(sum, step.hBefore)), ...stateEquations(step, unit)];
}

/** What a cell makes of its gates; nothing for one whose only gate is its state. */
function stateEquations({ gates, states, equations, hBefore }: StepSums, unit: number): Equation[] {
  const numbers = new Map([["h", hBefore[unit]]]);
  for (const [name, { before, after }] of Object.entries(states))
    numbers.set(name, before).set(`${name}′`, after);
  for (const { name, value } of gates) numbers.set(name, value);
  return equations.map(({ makes, letters }) => ({
    name: `${makes}′`,
    letters,
    numbers: letters.replace(/[\p{L}_][\p{L}\d_]*′?/gu, (name) => {
      const number = numbers.get(name);
      return number === undefined ? name : shown(number);
    }),
    result: states[makes].after,
    sum: undefined,
  }));
}

/** As people write an activation. */
function letterOf(activation: GateSum["activation"]): string {
  const name = typeof activation === "string" ? activation : activation.name;
  return name === "sigmoid" ? "σ" : name;
}

function gateEquation(sum: GateSum, hBefore: Float32Array): Equation {
  const { name, activation, input, inputBias, recurrent, recurrentBias, reset, through, value } = sum;
  const letter = name === "h" ? "h" : name;
  const [from, back] = name === "h" ? ["ih", "hh"] : [`i${letter}`, `h${letter}`];
  // A candidate reads h through a gate, or its product (a GRU as cuDNN has it).
  const isGated = sum.h !== hBefore;
  const isReset = through !== undefined && !isGated;
  const h = isGated ? `(${through} × h)` : "h";
  const recurrentLetters = `W_${back} ${h} + b_${back}`;
  const recurrentNumbers = `${shown(recurrent)} + ${shown(recurrentBias)}`;
  const f = letterOf(activation);
  return {
    name: name === "h" ? "h′" : name,
    letters: `${f}(W_${from} x + b_${from} + ${isReset ? `${through} × (${recurrentLetters})` : recurrentLetters})`,
    numbers: `${f}(${shown(input)} + ${shown(inputBias)} + ${isReset ? `${shown(reset)} × (${recurrentNumbers})` : recurrentNumbers}) = ${f}(${shown(sum.sum)})`,
    result: value,
    sum,
  };
}

/** A number with so many decimals, and a minus that is one. */
export function shown(value: number, decimals = 3): string {
  const written = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(written) !== 0 ? `−${written}` : written;
}

export interface Product {
  readonly index: number;
  readonly weight: number;
  readonly by: number;
  readonly product: number;
}

/** The products of a row of weights and a vector, those of the largest magnitude first, and the sum of all that are not among them. */
export function largestProducts(weights: Float32Array, by: Float32Array, count: number) {
  const all = Array.from(
    weights,
    (weight, index): Product => ({ index, weight, by: by[index], product: weight * by[index] }),
  );
  all.sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
  const rest = all.slice(count).reduce((sum, { product }) => sum + product, 0);
  return { products: all.slice(0, count), rest, restCount: Math.max(0, all.length - count) };
}
