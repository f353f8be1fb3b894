// A text as its tokens, each on its colour, in lines: the picture of what one unit does.
import { colourOf, inkOn, type RampKind, type Theme } from "../figures/palette.ts";
import { shownPiece } from "../figures/token-text.tsx";
import { escaped, type FigureBody, type FigureKey, type Inks, MONO } from "./standalone-figure.ts";
import { round } from "./token-axis.ts";

export interface TextFigure {
  readonly pieces: readonly string[];
  /** The number of each token; none where it is no number. */
  valueAt(step: number): number;
  /** What the numbers are. */
  readonly name: string;
  readonly kind: RampKind;
  readonly limit: number;
  readonly theme: Theme;
  readonly inks: Inks;
  /** The step that is marked, and whether those after it are not there yet. */
  readonly at: number;
  readonly isReading: boolean;
  readonly keys?: readonly FigureKey[];
}

const GUTTER = 72;
const COLUMNS = 72;
const LETTER = 11;
const LINE = 30;

export function textBody({
  pieces,
  valueAt,
  name,
  kind,
  limit,
  theme,
  inks,
  at,
  isReading,
  keys = [],
}: TextFigure): FigureBody {
  const cells: string[] = [];
  const numbers: string[] = [];
  let playhead = "";
  let [column, line, widest] = [0, 0, 0];
  const numberLine = (step: number) =>
    numbers.push(
      `<text x="-10" y="${line * LINE + 19}" text-anchor="end" fill="${inks.quiet}" font-size="11">step ${step + 1}</text>`,
    );
  pieces.forEach((piece, step) => {
    const shown = shownPiece(piece);
    const length = Math.max(1, Array.from(shown).length);
    if (column > 0 && column + length > COLUMNS) [column, line] = [0, line + 1];
    if (column === 0) numberLine(step);
    const value = valueAt(step);
    const isSeen = !isReading || step <= at;
    const [x, y, width] = [column * LETTER, line * LINE, length * LETTER];
    const isColoured = isSeen && !Number.isNaN(value);
    const ink = isColoured ? inkOn(value, limit, kind, theme) : isSeen ? inks.ink : inks.line;
    if (isColoured)
      cells.push(
        `<rect x="${x}" y="${y}" width="${width}" height="${LINE - 4}" fill="${colourOf(value, limit, kind, theme)}"/>`,
      );
    if (step === at)
      playhead = `<rect data-part="playhead" x="${x}" y="${y}" width="${width}" height="${LINE - 4}" fill="none" stroke="${inks.accent}" stroke-width="2"/>`;
    if (shown.trim() !== "")
      cells.push(
        `<text x="${round(x + width / 2)}" y="${y + 19}" text-anchor="middle" fill="${ink}" textLength="${length > 1 ? width - 2 : ""}">${escaped(shown)}</text>`.replace(
          ' textLength=""',
          "",
        ),
      );
    column += length;
    widest = Math.max(widest, column);
    // A line of the text ends where it ends in the text.
    if (piece.includes("\n")) [column, line] = [0, line + 1];
  });
  return {
    width: GUTTER + widest * LETTER,
    height: (column === 0 ? line : line + 1) * LINE,
    markup: `<g transform="translate(${GUTTER} 0)"><g data-part="rows">${numbers.join("")}</g><g data-part="axis" font-family="${MONO}" font-size="17" xml:space="preserve">${cells.join("")}</g>${playhead}</g>`,
    scales: [{ name, kind, limit }],
    keys,
  };
}
