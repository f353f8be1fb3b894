// The picture that a link to an exported page shows: what the model's own memory does while it reads. It is a PNG, since the pages that show
// links take no SVG.
import { orderUnits } from "../../inspect/order-units.ts";
import type { LayerTrace } from "../../inspect/trace.ts";
import { colourAt } from "../inspect/colours.ts";
import { rasteriser, standaloneSvg } from "../inspect/figure-files.ts";
import { heatMap } from "../inspect/heat-map.ts";
import { encodePng } from "../inspect/png.ts";

/** What the model has read, and a layer as it read it. */
export interface ExploredReading {
  readonly pieces: readonly string[];
  readonly layer: Pick<LayerTrace, "states" | "widths">;
}

/** Pixels, as those who show links ask for them. */
const [WIDTH, HEIGHT] = [1200, 630];
const [EDGE, MOST_ROWS, MOST_LETTERS] = [30, 220, 36];

/** With letters where the package that draws them is installed, else the matrix alone. */
export async function exploredPicture(name: string, reading: ExploredReading): Promise<Uint8Array> {
  const matrix = matrixOf(reading);
  const draw = await rasteriser();
  return draw ? draw(standaloneSvg(lettered(name, reading.pieces, matrix))) : plain(matrix);
}

interface Matrix {
  /** [rows, columns], −1 to 1. */
  readonly values: Float32Array;
  readonly rows: number;
  readonly columns: number;
  readonly limit: number;
}

/** h over time, similar units side by side; of very many those that vary most. */
function matrixOf({ pieces, layer: { states, widths } }: ExploredReading): Matrix {
  const [columns, width] = [pieces.length, widths.h];
  const h = states.h.subarray(width);
  const varied = orderUnits(h, width, "variance").slice(0, MOST_ROWS);
  const rows = varied.length;
  const chosen = new Float32Array(columns * rows);
  for (let t = 0; t < columns; t++)
    for (const [row, unit] of varied.entries()) chosen[t * rows + row] = h[t * width + unit];
  const order = orderUnits(chosen, rows, "similarity");
  const values = Float32Array.from(
    { length: rows * columns },
    (_, at) => chosen[(at % columns) * rows + order[Math.floor(at / columns)]],
  );
  return {
    values,
    rows,
    columns,
    limit: values.reduce((most, each) => Math.max(most, Math.abs(each)), 1e-9),
  };
}

function lettered(name: string, pieces: readonly string[], { values, rows, columns, limit }: Matrix): string {
  // The rasteriser doubles it.
  const [width, height] = [WIDTH / 2, HEIGHT / 2];
  const cell = [Math.max(1, Math.floor(520 / columns)), Math.max(1, Math.round(MOST_ROWS / rows))] as const;
  const inner = heatMap({
    title: `${name}: a recurrent network reads${whatIsRead(pieces)}`,
    ...{ values, rows, columns, palette: "diverging", range: [-limit, limit], cell },
    rangeNames: [`−${Number(limit.toPrecision(2))}`, String(Number(limit.toPrecision(2)))],
    rowName: "units of h, alike together",
    columnName: "steps",
    letters: pieces,
  });
  const fitted = inner.replace(
    / width="[\d.]+" height="[\d.]+"/,
    ` x="6" y="6" width="${width - 12}" height="${height - 12}"`,
  );
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${fitted}</svg>`;
}

/** What has no room below its steps. */
function whatIsRead(pieces: readonly string[]): string {
  if (pieces.every((piece) => piece === "")) return " numbers";
  if (pieces.every((piece) => [...piece].length <= 1)) return "";
  const text = pieces.map((piece) => piece.trim()).join(" ");
  return ` “${text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}…` : text}”`;
}

function plain({ values, rows, columns, limit }: Matrix): Uint8Array {
  const rgb = new Uint8Array(WIDTH * HEIGHT * 3).fill(255);
  const [across, down] = [WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE];
  for (let y = 0; y < down; y++) {
    const row = Math.floor((y * rows) / down);
    for (let x = 0; x < across; x++) {
      const column = Math.floor((x * columns) / across);
      const share = 0.5 + values[row * columns + column] / limit / 2;
      rgb.set(colourAt("diverging", share), ((y + EDGE) * WIDTH + x + EDGE) * 3);
    }
  }
  return encodePng(WIDTH, HEIGHT, rgb);
}
