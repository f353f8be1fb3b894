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
  const matrix = isOfH ? layers[layer].states.h : inputs;
  const name = isOfH ? `|∂loss_t/∂h_s|, layer ${layer + 1}` : "|∂loss_t/∂x_s|";
  return {
    title: `How strongly each prediction depends on each earlier step: ${name}`,
    subtitle: `Row t is a prediction, column s the step that it goes back to. ${model ? described(model) : ""}`,
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
            ...{ name: "t", title: name, rows: "", units: predictions, steps: predictions },
            values: logarithms(matrix, predictions, most),
            kind: "sequential",
            limit: 1,
            heightPx: Math.min(960, Math.max(200, predictions * 16)),
            rowPieces: pieces.slice(0, predictions),
          },
        ],
        pieces: pieces.slice(0, predictions),
        steps: [0, predictions - 1],
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

/** Entry (t, s) at s·P + t, as a heat-map has columns over time: 1 for the largest, 0 for what is a million times less. */
export function logarithms(matrix: Float64Array, predictions: number, most: number): Float32Array {
  const values = new Float32Array(matrix.length);
  for (let t = 0; t < predictions; t++)
    for (let s = 0; s <= t; s++) {
      const value = matrix[t * predictions + s];
      values[s * predictions + t] = value > 0 ? Math.max(0, 1 + Math.log10(value / most) / DECADES) : 0;
    }
  return values;
}
