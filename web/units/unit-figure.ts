import type { UnitResponse, UnitResponses } from "unrolled/inspect";
import type { FigureSource } from "../export/figure-source.ts";
import { largest } from "../figures/matrix-image.ts";
import { described } from "../model-bar.tsx";
import type { Page } from "../page.ts";
import { layerName } from "../views/layer-choice.tsx";
import { readPieces } from "../views/tasks/read-pieces.ts";
import { textFigure } from "../views/text-figure-source.ts";

/** Of a long text, what a picture has room for. */
const FIGURE_TOKENS = 720;

/** The text coloured by one unit: the reader's own, or the one measured on where that is another. */
export function unitFigure(
  page: Page,
  found: UnitResponses,
  { layer, unit, responses: [most] }: UnitResponse,
  what: "h" | "c",
): FigureSource {
  const { state, reading, model } = page;
  const { states, widths } = found.layers[layer];
  const isReading = reading !== undefined && (state.on === "reading" || reading.task !== undefined);
  const values = isReading
    ? (reading.trace.layers[layer].states[what] ?? states.h).subarray(widths.h)
    : (states[what] ?? states.h);
  const pieces = isReading ? readPieces(page, reading) : found.texts.slice(0, FIGURE_TOKENS);
  const valueAt = (step: number) => values[step * widths.h + unit];
  const follows = most ? `: ${most.correlation < 0 ? "low" : "high"} at ${most.feature}` : "";
  return textFigure({
    title: `Unit ${unit} of layer ${layerName(reading, layer)}${follows}`,
    subtitle: model ? described(model) : "",
    ...{ pieces, name: `${what}[${unit}]`, kind: "diverging", valueAt },
    at: isReading ? state.at : -1,
    limit: largest(pieces.map((_, step) => valueAt(step))),
  });
}
