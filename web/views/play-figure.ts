import type { Reading } from "../engine/protocol.ts";
import type { FigureSource } from "../export/figure-source.ts";
import type { Quantity } from "../figures/quantities.ts";
import { described } from "../model-bar.tsx";
import type { Page } from "../page.ts";

interface Shown {
  readonly reading: Reading;
  readonly quantities: readonly Quantity[];
  readonly order: Int32Array | undefined;
  readonly at: number;
  readonly brushedSteps: readonly [number, number] | null;
}

const ORDERS = { found: "", variance: ", by variance of h", similarity: ", by similarity of h" } as const;

/** States and gates of a layer over the text, to be taken away: the brushed steps, or all. */
export function playFigure({ state, model }: Page, shown: Shown): FigureSource {
  const { reading, quantities, order, at, brushedSteps } = shown;
  const { length } = reading.pieces;
  const layer = Math.min(state.layer, reading.trace.layers.length - 1) + 1;
  return {
    title: `States and gates over time, layer ${layer}`,
    subtitle: model ? described(model) : "",
    steps: length,
    async draw({ ground, extent, readTo }) {
      const [{ matricesBody }, { matrixImage }, { inksOn, themeOn }] = await Promise.all([
        import("../export/matrix-figure.ts"),
        import("../figures/matrix-image.ts"),
        import("../export/standalone-figure.ts"),
      ]);
      const [{ units: ordered }] = quantities;
      return matricesBody({
        panels: quantities.map(({ name, title, values, units, kind, limit }) => ({
          ...{ name, title, values, units, kind, limit, steps: length },
          order: units === ordered ? order : undefined,
          rows: `${units} units${units === ordered ? ORDERS[state.order] : ""}`,
          heightPx: Math.min(200, Math.max(64, units)),
        })),
        pieces: reading.pieces,
        steps: extent === "shown" && brushedSteps ? brushedSteps : [0, length - 1],
        at: readTo ?? at,
        isReading: readTo !== undefined,
        inks: inksOn(ground),
        picture: (figure) => matrixImage(figure, themeOn(ground)).toDataURL(),
      });
    },
  };
}
