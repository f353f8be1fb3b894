// Numbers that a reader has typed, pasted or dropped: a row a step, or of one column all in a row.
import { UnrolledError } from "unrolled";

const problem = (text: string) => new UnrolledError("invalid-argument", { call: "explorer", problem: text });

/** The rows of a text as numbers of named columns: those that its first line names, or else the last ones of each row. */
export function numbersIn(text: string, columns: readonly string[]): number[][] {
  const lines = text
    .split(/\r?\n/)
    .map((line) =>
      line
        .trim()
        .split(/[,;\t]\s*|\s+/)
        .filter((cell) => cell !== ""),
    )
    .filter((cells) => cells.length > 0);
  if (lines.length === 0) throw problem("the text is empty");
  const isNumber = (cell: string) => Number.isFinite(Number(cell));
  const hasHeader = lines.length > 1 && !lines[0].some(isNumber);
  const places = hasHeader ? columns.map((name) => lines[0].indexOf(name)) : [];
  const isNamed = places.length > 0 && places.every((place) => place >= 0);
  const width = columns.length;
  const rows = hasHeader ? lines.slice(1) : lines;
  if (width === 1 && rows.length === 1) return rows[0].map((cell) => [numberOf(cell, 1)]);
  return rows.map((cells, row) => {
    const own = isNamed ? places.map((place) => cells[place] ?? "") : cells.slice(-width);
    if (own.length < width)
      throw problem(
        `line ${row + 1 + Number(hasHeader)} has ${own.length} numbers, needed ${width}: ${columns.join(", ")}`,
      );
    return own.map((cell) => numberOf(cell, row + 1 + Number(hasHeader)));
  });
}

function numberOf(cell: string, line: number): number {
  if (cell !== "" && Number.isFinite(Number(cell))) return Number(cell);
  throw problem(
    `this model reads numbers, a row for each step, and line ${line} has ${JSON.stringify(cell)}; a table can be dropped on the page`,
  );
}
