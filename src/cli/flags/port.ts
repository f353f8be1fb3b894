import { InvalidArgumentError } from "commander";

/** A port to listen on. */
export function port(text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 1 && value <= 65535))
    throw new InvalidArgumentError("Needed a whole number from 1 to 65535.");
  return value;
}
