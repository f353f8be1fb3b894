import colors from "picocolors";
import stringWidth from "string-width";
import { shortened } from "./shortened.ts";

/** Words and the share of each place of a picture, row by row. */
export interface LookedAt {
  readonly words: readonly string[];
  readonly weights: readonly (readonly number[])[];
  /** Rows and columns. */
  readonly grid: readonly [number, number];
}

const SHADES = ["·", "░", "▒", "▓", "█"];
const CELL_COLUMNS = 2;
const GAP = 2;

/** The places of the picture once for each word, side by side within so many columns; the darkest has the largest share. */
export function placesChart({ words, weights, grid: [rows, across] }: LookedAt, columns: number): string[] {
  const width = across * CELL_COLUMNS;
  const beside = Math.max(1, Math.floor((columns + GAP) / (width + GAP)));
  const lines: string[] = [];
  for (let from = 0; from < words.length; from += beside) {
    const shown = words.slice(from, from + beside).map((word) => shortened(word, width));
    const padded = (text: string) => text + " ".repeat(width - stringWidth(text) + GAP);
    lines.push("", colors.bold(shown.map(padded).join("").trimEnd()));
    for (let row = 0; row < rows; row++) {
      const parts = shown.map((_, at) => {
        const shares = weights[from + at];
        const most = Math.max(...shares);
        const cells = shares.slice(row * across, (row + 1) * across);
        return cells.map((share) => SHADES[shadeOf(share / most)].repeat(CELL_COLUMNS)).join("");
      });
      lines.push(parts.join(" ".repeat(GAP)));
    }
  }
  return lines;
}

/** 0 to 4. */
function shadeOf(share: number): number {
  return Math.min(SHADES.length - 1, Math.floor(share * SHADES.length));
}
