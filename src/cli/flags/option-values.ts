import { InvalidArgumentError } from "commander";

/** Parses an option's value; commander puts the option and what came before the message. */
export type Parse<Value> = (text: string) => Value;

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A whole number from `least`. */
export function wholeNumber(least: number): Parse<number> {
  return (text) => {
    const value = numberFrom(text);
    if (!Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`Needed a whole number of at least ${least}.`);
    }
    return value;
  };
}

/** A number that `allowed` accepts; `needed` says in words which those are. */
export function numberThat(allowed: (value: number) => boolean, needed: string): Parse<number> {
  return (text) => {
    const value = numberFrom(text);
    if (!Number.isFinite(value) || !allowed(value)) throw new InvalidArgumentError(`Needed ${needed}.`);
    return value;
  };
}

export const aboveZero = numberThat((value) => value > 0, "a number above 0");
export const atLeastZero = numberThat((value) => value >= 0, "a number of at least 0");

/** A text of at least one character; given several times, all of them. */
export function texts(text: string, before: readonly string[] | undefined): readonly string[] {
  if (text === "") throw new InvalidArgumentError("Needed at least one character.");
  return [...(before ?? []), text];
}

/** The number that a text is, or NaN. */
export function numberFrom(text: string): number {
  return NUMBER.test(text.trim()) ? Number(text) : Number.NaN;
}

/** A share that may be all but not nothing. */
export const aboveZeroToOne = numberThat((value) => value > 0 && value <= 1, "a number above 0, at most 1");

/** A time such as 30s, 5m or 1h, or a number of steps; left as it is. */
export function interval(text: string): string {
  if (!/^\d+(\.\d+)?[smh]$|^\d+$/.test(text) || Number.parseFloat(text) <= 0) {
    throw new InvalidArgumentError("Needed a time such as 30s, 5m or 1h, or a number of steps.");
  }
  return text;
}

/** Names with commas between them; given several times, all of them. */
export function names(text: string, before: readonly string[] | undefined): readonly string[] {
  const given = text.split(",").map((name) => name.trim());
  if (given.includes("")) throw new InvalidArgumentError("Needed names with commas between them.");
  return [...(before ?? []), ...given];
}

/** Values by name: decay=0.3,fast=true,kind=slow. */
export function textsByName(text: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    text.split(",").map((entry) => {
      const [, name, value] = /^\s*([^=]+?)\s*=\s*(.*?)\s*$/.exec(entry) ?? [];
      if (name === undefined) throw new InvalidArgumentError("Needed names and values, such as decay=0.3.");
      return [name, plainValue(value)];
    }),
  );
}

function plainValue(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  return text === "" || Number.isNaN(Number(text)) ? text : Number(text);
}

/** A number for all, or numbers by name: 0.1, or h=0.1,c=0.05. */
export function numberOrNumbers(text: string): number | Readonly<Record<string, number>> {
  if (!text.includes("=")) return numberFrom(text);
  return Object.fromEntries(
    text.split(",").map((entry) => {
      const at = entry.indexOf("=");
      return [entry.slice(0, Math.max(0, at)).trim(), numberFrom(entry.slice(at + 1))];
    }),
  );
}
