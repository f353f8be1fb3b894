import { withMinus } from "./minus.ts";

/** A number in few characters. */
export function shortNumber(value: number): string {
  if (value === 0) return "0";
  const magnitude = Math.abs(value);
  return magnitude >= 0.01 && magnitude < 10_000
    ? withMinus(String(Number(value.toPrecision(3))))
    : withMinus(value.toExponential(0));
}
