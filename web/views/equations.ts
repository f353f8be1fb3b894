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

export function equationsOf(cell: string, step: StepSums, unit: number): Equation[] {
  const gates = step.gates.map((sum) => gateEquation(sum, cell));
  const value = new Map(step.gates.map((sum) => [sum.name as string, sum.value]));
  const of = (name: string) => shown(value.get(name)!);
  switch (cell) {
    case "lstm":
      return [
        ...gates,
        {
          name: "c′",
          letters: "f × c + i × g",
          numbers: `${of("f")} × ${shown(step.states.c.before)} + ${of("i")} × ${of("g")}`,
          result: step.states.c.after,
          sum: undefined,
        },
        {
          name: "h′",
          letters: "o × tanh(c′)",
          numbers: `${of("o")} × tanh(${shown(step.states.c.after)})`,
          result: step.states.h.after,
          sum: undefined,
        },
      ];
    case "gru":
      return [
        ...gates,
        {
          name: "h′",
          letters: "(1 − z) × n + z × h",
          numbers: `(1 − ${of("z")}) × ${of("n")} + ${of("z")} × ${shown(step.hBefore[unit])}`,
          result: step.states.h.after,
          sum: undefined,
        },
      ];
    default:
      return gates;
  }
}

/** As people write an activation. */
function letterOf(activation: GateSum["activation"]): string {
  const name = typeof activation === "string" ? activation : activation.name;
  return name === "sigmoid" ? "σ" : name;
}

function gateEquation(sum: GateSum, cell: string): Equation {
  const { name, activation, input, inputBias, recurrent, recurrentBias, reset, value } = sum;
  const letter = name === "h" ? "h" : name;
  const [from, back] = name === "h" ? ["ih", "hh"] : [`i${letter}`, `h${letter}`];
  const isReset = cell === "gru" && name === "n";
  const recurrentLetters = `W_${back} h + b_${back}`;
  const recurrentNumbers = `${shown(recurrent)} + ${shown(recurrentBias)}`;
  const f = letterOf(activation);
  return {
    name: name === "h" ? "h′" : name,
    letters: `${f}(W_${from} x + b_${from} + ${isReset ? `r × (${recurrentLetters})` : recurrentLetters})`,
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
