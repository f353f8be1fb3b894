import stringWidth from "string-width";

const GAP = "  ";
const LEAST_COLUMN = 4;
const LEAST_LAST_COLUMN = 9;

/**
 * Lines of a table, its first row the headings, that are at most `columns` wide. What does not fit is cut and ends in "…":
 * headings down to what stands below them first, then the last column, then the widest.
 */
export function tableLines(rows: readonly (readonly string[])[], columns: number): string[] {
  const [headings, ...body] = rows;
  const widthOf = (column: number) => Math.max(...rows.map((row) => stringWidth(row[column])));
  const bodyWidths = headings.map((_, column) =>
    Math.max(LEAST_COLUMN, ...body.map((row) => stringWidth(row[column]))),
  );
  const widths = headings.map((_, column) => widthOf(column));
  const last = widths.length - 1;
  const tooWide = () => widths.reduce((sum, width) => sum + width, GAP.length * last) > columns;
  while (tooWide()) {
    const slack = widths.map((width, column) => width - bodyWidths[column]);
    const widest = widths.indexOf(Math.max(...widths));
    if (Math.max(...slack) > 0) widths[slack.indexOf(Math.max(...slack))]--;
    else if (widths[last] > LEAST_LAST_COLUMN) widths[last]--;
    else if (widths[widest] > LEAST_COLUMN) widths[widest]--;
    else break;
  }
  return rows.map((row) => {
    const cells = row.map((cell, column) => padded(cut(cell, widths[column]), widths[column]));
    return cut(cells.join(GAP), columns).trimEnd();
  });
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
