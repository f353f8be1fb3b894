import type { OptionTable } from "../../options/option.ts";

/** Of a command's options those that a table has and that were given. */
export function givenOf(
  options: Readonly<Record<string, unknown>>,
  table: OptionTable = {},
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(options).filter(([name, value]) => value !== undefined && Object.hasOwn(table, name)),
  );
}
