import { UnrolledError } from "../../errors.ts";

const COMMAS = /^[-+]?[\d.]*,[\d.,]+$/;
const MISSING = new Set(["", "na", "n/a", "nan", "null", "none", "?"]);

/** Where a cell stands, for errors. */
export interface CellPlace {
  readonly title: string;
  readonly line: number;
  readonly column: string;
}

/**
 * A cell as a number; NaN for one that is empty or says that there is none (NA, NaN, null, none, ?).
 *
 * @throws UnrolledError "invalid-file" with line and column for anything else, such as a decimal comma
 */
export function numberCell(cell: string, { title, line, column }: CellPlace): number {
  const text = cell.trim();
  if (MISSING.has(text.toLowerCase())) return Number.NaN;
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  const comma = COMMAS.test(text) ? "; numbers are written with a decimal point and no commas" : "";
  throw new UnrolledError("invalid-file", {
    call: "readTable",
    problem: `${title}, line ${line}, column ${column}: ${JSON.stringify(text)} is no number${comma}`,
  });
}

/** Whether a cell is a number or missing. */
export function isNumberCell(cell: string): boolean {
  const text = cell.trim();
  return MISSING.has(text.toLowerCase()) || Number.isFinite(Number(text));
}

/** Whether a cell was meant as a number, so that a column of such cells is taken for one of numbers: a comma in one is an error then. */
export function isMeantAsNumber(cell: string): boolean {
  return isNumberCell(cell) || COMMAS.test(cell.trim());
}
