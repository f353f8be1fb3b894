import stringWidth from "string-width";

const GAP = "  ";
const LEAST_COLUMN = 4;

/** Lines of a table that are at most `columns` wide: the widest columns give way first, and what is cut ends in "…". */
export function tableLines(rows: readonly (readonly string[])[], columns: number): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => stringWidth(row[column]))));
  const total = () => widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1));
  while (total() > columns) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest] <= LEAST_COLUMN) break;
    widths[widest]--;
  }
  return rows.map((row) =>
    cut(
      row.map((cell, column) => padded(cut(cell, widths[column]), widths[column])).join(GAP),
      columns,
    ).trimEnd(),
  );
}

function padded(text: string, columns: number): string {
  return text + " ".repeat(columns - stringWidth(text));
}

/** The text, or as much of its beginning as fits with "…". */
function cut(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let kept = "";
  for (const character of text) {
    if (stringWidth(kept + character) > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}
