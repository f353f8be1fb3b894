import { UnrolledError } from "../../errors.ts";
import type { ModelValue } from "../../session/model-value.ts";
import type { FedRows } from "./feed-stepper.ts";

/** Numbers in a row of a value whose lengths are known. */
export function rowWidth({ axes }: ModelValue): number {
  const known = axes === "unknown" ? [] : axes.filter((axis) => typeof axis === "number");
  return known.reduce((product, length) => product * length, 1);
}

/**
 * Rows that were given for each input, an array of numbers for each step; where a row is one number, the number alone will do.
 *
 * @throws UnrolledError "invalid-argument" that names the input
 */
export function fedRows(values: readonly ModelValue[], given: Readonly<Record<string, unknown>>): FedRows {
  const unknown = Object.keys(given).find((name) => !values.some((value) => value.name === name));
  if (unknown !== undefined)
    throw wrong(`inputs.${unknown}`, "is none of the inputs", values.map(({ name }) => name).join(", "));
  let steps: number | undefined;
  const inputs = values.map((value) => {
    const { name, kind } = value;
    const rows = Object.hasOwn(given, name) ? given[name] : undefined;
    const width = rowWidth(value);
    if (!Array.isArray(rows) || rows.length === 0)
      throw wrong(
        `inputs.${name}`,
        rows === undefined ? "is missing" : "is no list of steps",
        "a row for each step",
      );
    if (steps !== undefined && rows.length !== steps)
      throw wrong(`inputs.${name}`, `has ${rows.length} steps`, `${steps} as the first input has`);
    steps = rows.length;
    const data = kind === "int" ? new Int32Array(steps * width) : new Float32Array(steps * width);
    for (const [step, row] of rows.entries()) {
      const numbers: unknown[] = Array.isArray(row) ? row.flat(Number.POSITIVE_INFINITY) : [row];
      const isRight = (number: unknown) =>
        typeof number === "number" &&
        (kind === "int" ? Number.isSafeInteger(number) : Number.isFinite(number));
      if (numbers.length !== width || !numbers.every(isRight)) {
        const needed = `${width} ${kind === "int" ? "whole numbers" : "numbers"} a step`;
        throw wrong(`inputs.${name}`, `does not have them at step ${step}`, needed);
      }
      data.set(numbers as number[], step * width);
    }
    return [name, { data, width }] as const;
  });
  return { steps: steps ?? 0, inputs: Object.fromEntries(inputs) };
}

function wrong(name: string, what: string, needed: string): UnrolledError {
  return new UnrolledError("invalid-argument", { problem: [{ option: name }, ` ${what}, needed ${needed}`] });
}
