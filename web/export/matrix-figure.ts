// Matrices over time, one below the other, over one axis of tokens.
import type { MatrixFigure } from "../figures/matrix-image.ts";
import { shownPiece } from "../figures/token-text.tsx";
import { escaped, type FigureBody, type Inks, MONO } from "./standalone-figure.ts";
import { round, tokenAxis } from "./token-axis.ts";

export interface MatrixPanel extends MatrixFigure {
  /** Stands at the left of its rows. */
  readonly name: string;
  readonly title: string;
  /** What the rows are, such as "128 units". */
  readonly rows: string;
  readonly heightPx: number;
  /** What each row is, from the top, where there is room for it. */
  readonly rowPieces?: readonly string[];
}

export interface MatricesFigure {
  /** All of one reading. */
  readonly panels: readonly MatrixPanel[];
  readonly pieces: readonly string[];
  /** First and last step that are drawn. */
  readonly steps: readonly [number, number];
  /** The step that is marked; those after it are not drawn yet where `isReading`. */
  readonly at: number;
  readonly isReading: boolean;
  readonly inks: Inks;
  /** The picture of a matrix as a URL, a pixel an entry. */
  picture(figure: MatrixFigure): string;
}

const GUTTER = 96;
const HEAD = 20;
const GAP = 12;
const WIDTH = 960;
const [LEAST_PITCH, MOST_PITCH] = [2, 44];

/** Where the name of a panel ends: left of its rows, and of what they are called. */
function rowsAt({ rowPieces }: MatrixPanel): number {
  return rowPieces ? -44 : -12;
}

/** Lower rows are not named. */
const LEAST_ROW = 7;

function rowNames(pieces: readonly string[], top: number, heightPx: number, inks: Inks): string {
  const pitch = heightPx / pieces.length;
  if (pitch < LEAST_ROW) return "";
  const size = round(Math.min(12, pitch));
  const names = pieces.map(
    (piece, row) =>
      `<text x="-6" y="${round(top + (row + 0.5) * pitch + size / 3)}" text-anchor="end">${escaped(shownPiece(piece).replaceAll(" ", "·").slice(0, 6))}</text>`,
  );
  return `<g font-family="${MONO}" font-size="${size}" fill="${inks.quiet}">${names.join("")}</g>`;
}

export function matricesBody(figure: MatricesFigure): FigureBody {
  const {
    panels,
    pieces,
    steps: [first, last],
    at,
    isReading,
    inks,
    picture,
  } = figure;
  const count = last - first + 1;
  const pitch = Math.min(MOST_PITCH, Math.max(LEAST_PITCH, WIDTH / count));
  const across = round(count * pitch);
  const seen = isReading ? Math.max(0, Math.min(count, at - first + 1)) : count;
  let y = 0;
  const markup = panels.map((panel) => {
    const { name, title, rows, heightPx, values, units, rowPieces } = panel;
    const top = y + HEAD;
    y = top + heightPx + GAP;
    const part = { ...panel, steps: count, values: values.subarray(first * units, (last + 1) * units) };
    return [
      `<g data-part="rows"><text x="0" y="${top - 6}" fill="${inks.ink}" font-size="13">${escaped(title)}</text>`,
      rowPieces ? rowNames(rowPieces, top, heightPx, inks) : "",
      `<text x="${rowsAt(panel)}" y="${top + heightPx / 2}" text-anchor="end" fill="${inks.ink}" font-size="15" font-weight="600">${escaped(name)}</text>`,
      `<text x="${rowsAt(panel)}" y="${top + heightPx / 2 + 15}" text-anchor="end" fill="${inks.quiet}" font-size="11">${escaped(rows)}</text></g>`,
      // What is not read yet is cut off at the edge of a step.
      `<svg x="0" y="${top}" width="${round(seen * pitch)}" height="${heightPx}">`,
      `<image width="${across}" height="${heightPx}" preserveAspectRatio="none" style="image-rendering:pixelated" href="${picture(part)}"/></svg>`,
      `<rect y="${top}" width="${across}" height="${heightPx}" fill="none" stroke="${inks.line}"/>`,
    ].join("");
  });
  const isMarked = at >= first && at <= last;
  const playhead = `<rect data-part="playhead" x="${round((at - first) * pitch)}" y="${HEAD - 1}" width="${round(pitch)}" height="${y - GAP - HEAD + 2}" fill="none" stroke="${inks.accent}" stroke-width="2"/>`;
  const axis = tokenAxis({ pieces: pieces.slice(first, last + 1), from: first, pitch, inks });
  return {
    width: GUTTER + across + 4,
    height: y + axis.height,
    markup: `<g transform="translate(${GUTTER} 0)">${markup.join("")}${isMarked ? playhead : ""}<g transform="translate(0 ${y - GAP + 4})">${axis.markup}</g></g>`,
    scales: panels.map(({ name, kind, limit }) => ({ name, kind, limit })),
  };
}
