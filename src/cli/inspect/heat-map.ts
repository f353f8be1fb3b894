// A matrix as colours: one image of its entries, which keeps a figure of fifty thousand of them small, and axes and legend around it.
import { escaped } from "../report/escaped.ts";
import { colourAt, type Palette } from "./colours.ts";
import { encodePng } from "./png.ts";
import { visibleToken } from "./visible-token.ts";

const MARGIN = { top: 30, right: 16, bottom: 54, left: 58 };
/** So wide a column has to be for a letter under it. */
const LETTER_WIDTH = 7;
const LEGEND_WIDTH = 160;

export interface HeatMap {
  readonly title: string;
  /** [rows, columns], row-major. */
  readonly values: ArrayLike<number>;
  readonly rows: number;
  readonly columns: number;
  readonly palette: Palette;
  /** The numbers at both ends of the palette; what lies beyond has the colour of the end. */
  readonly range: readonly [number, number];
  /** What these two are called. */
  readonly rangeNames: readonly [string, string];
  readonly rowName: string;
  /** The number of the first row: 0 if not given, as units count. Columns are steps, which count from 1. */
  readonly firstRow?: number;
  readonly columnName: string;
  /** Width and height of an entry, in pixels. */
  readonly cell: readonly [number, number];
  /** Texts under the columns, shown where they are single letters and there is room. */
  readonly letters?: readonly string[] | undefined;
}

/** The matrix as an <svg> element. */
export function heatMap(map: HeatMap): string {
  const { title, rows, columns, rowName, columnName, cell, letters = [], firstRow = 0 } = map;
  const [width, height] = [columns * cell[0], rows * cell[1]];
  const whole = [
    Math.max(width, 2 * LEGEND_WIDTH) + MARGIN.left + MARGIN.right,
    height + MARGIN.top + MARGIN.bottom,
  ];
  const bottom = MARGIN.top + height;
  const image = `data:image/png;base64,${pixels(map).toString("base64")}`;
  const shown = letters.map(visibleToken);
  const fits = cell[0] >= LETTER_WIDTH && shown.every((letter) => [...letter].length <= 1);
  const parts = [
    `<text class="title" x="${MARGIN.left}" y="18">${escaped(title)}</text>`,
    `<image x="${MARGIN.left}" y="${MARGIN.top}" width="${width}" height="${height}" preserveAspectRatio="none" image-rendering="optimizeSpeed" href="${image}"/>`,
    ...(fits
      ? shown.map(
          (letter, column) =>
            `<text class="letter" x="${MARGIN.left + (column + 0.5) * cell[0]}" y="${bottom + 12}" text-anchor="middle">${escaped(letter)}</text>`,
        )
      : []),
    `<text x="${MARGIN.left - 8}" y="${MARGIN.top + 10}" text-anchor="end">${firstRow}</text>`,
    `<text x="${MARGIN.left - 8}" y="${bottom}" text-anchor="end">${firstRow + rows - 1}</text>`,
    `<text transform="translate(14 ${MARGIN.top + height / 2}) rotate(-90)" text-anchor="middle">${escaped(rowName)}</text>`,
    `<text x="${MARGIN.left}" y="${bottom + 34}">${escaped(columnName)}, 1 to ${columns}</text>`,
    legend(map, whole[0] - MARGIN.right - LEGEND_WIDTH, bottom + 24),
  ];
  return (
    `<svg viewBox="0 0 ${whole[0]} ${whole[1]}" width="${whole[0]}" height="${whole[1]}" role="img" ` +
    `aria-label="${escaped(title)}">${parts.join("")}</svg>`
  );
}

function pixels({ values, rows, columns, palette, range, cell }: HeatMap): Buffer {
  const [across, down] = cell;
  const width = columns * across;
  const rgb = new Uint8Array(width * rows * down * 3);
  for (let row = 0; row < rows; row++) {
    const start = row * down * width * 3;
    for (let column = 0; column < columns; column++) {
      const share = (values[row * columns + column] - range[0]) / (range[1] - range[0]);
      const colour = colourAt(palette, share);
      for (let x = 0; x < across; x++) rgb.set(colour, start + (column * across + x) * 3);
    }
    for (let y = 1; y < down; y++) rgb.copyWithin(start + y * width * 3, start, start + width * 3);
  }
  return encodePng(width, rows * down, rgb);
}

function legend({ palette, rangeNames }: HeatMap, x: number, y: number): string {
  const steps = 32;
  const bars = Array.from({ length: steps }, (_, step) => {
    const colour = colourAt(palette, step / (steps - 1)).join(",");
    return `<rect x="${x + step * 2.5 + 40}" y="${y}" width="2.6" height="10" fill="rgb(${colour})"/>`;
  });
  return (
    `<text x="${x + 34}" y="${y + 10}" text-anchor="end">${escaped(rangeNames[0])}</text>` +
    bars.join("") +
    `<text x="${x + 126}" y="${y + 10}">${escaped(rangeNames[1])}</text>`
  );
}
