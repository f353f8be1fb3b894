import type { GradientsThroughTime } from "unrolled/inspect";
import type { Reading } from "../engine/protocol.ts";
import type { FigureSource } from "../export/figure-source.ts";
import { withMinus } from "../figures/minus.ts";
import { described } from "../model-bar.tsx";
import type { Page } from "../page.ts";

/** Orders of magnitude that the colours cover. */
export const DECADES = 6;

/** The gradients of each prediction with respect to each earlier step, to be taken away. */
export function gradientFigure(
  { state, model }: Page,
  { pieces }: Reading,
  { predictions, inputs, layers }: GradientsThroughTime,
): FigureSource {
  const layer = Math.min(state.layer, layers.length - 1);
  const isOfH = state.gradient === "h";
  const name = isOfH ? `|∂loss_t/∂h_s|, layer ${layer + 1}` : "|∂loss_t/∂x_s|";
  const shown = pieces.slice(0, predictions);
  return decadesFigure({
    title: `How strongly each prediction depends on each earlier step: ${name}`,
    subtitle: `Row t is a prediction, column s the step that it goes back to. ${model ? described(model) : ""}`,
    ...{ name, pieces: shown, rowPieces: shown, matrix: isOfH ? layers[layer].states.h : inputs },
  });
}

interface Decades {
  readonly title: string;
  readonly subtitle: string;
  readonly name: string;
  /** [R, T]. */
  readonly matrix: Float64Array;
  /** Of the T steps and of the R rows. */
  readonly pieces: readonly string[];
  readonly rowPieces: readonly string[];
}

/** Gradients over many orders of magnitude, a row for each thing that they are of. */
export function decadesFigure({ title, subtitle, name, matrix, pieces, rowPieces }: Decades): FigureSource {
  const [rows, steps] = [rowPieces.length, pieces.length];
  return {
    ...{ title, subtitle },
    async draw({ ground }) {
      const [{ matricesBody }, { matrixImage }, { inksOn, themeOn }] = await Promise.all([
        import("../export/matrix-figure.ts"),
        import("../figures/matrix-image.ts"),
        import("../export/standalone-figure.ts"),
      ]);
      const most = matrix.reduce((largest, value) => Math.max(largest, value), 0);
      const body = matricesBody({
        panels: [
          {
            ...{ name: "t", title: name, rows: "", units: rows, steps },
            values: logarithms(matrix, rows, most),
            kind: "sequential",
            limit: 1,
            heightPx: Math.min(960, Math.max(200, rows * 16)),
            rowPieces,
          },
        ],
        pieces,
        steps: [0, steps - 1],
        at: -1,
        isReading: false,
        inks: inksOn(ground),
        picture: (figure) => matrixImage(figure, themeOn(ground)).toDataURL(),
      });
      const scale = `powers of ten above ${withMinus((most / 10 ** DECADES).toExponential(1))}`;
      return { ...body, scales: [{ name: scale, kind: "sequential", limit: DECADES }] };
    },
  };
}

/** Entry (t, s) of R rows at s·R + t, as a heat-map has columns over time: 1 for the largest, 0 for what is a million times less. */
export function logarithms(matrix: Float64Array, rows: number, most: number): Float32Array {
  const values = new Float32Array(matrix.length);
  const steps = matrix.length / rows;
  for (let t = 0; t < rows; t++)
    for (let s = 0; s < steps; s++) {
      const value = matrix[t * steps + s];
      values[s * rows + t] = value > 0 ? Math.max(0, 1 + Math.log10(value / most) / DECADES) : 0;
    }
  return values;
}
