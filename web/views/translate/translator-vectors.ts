// The vectors of an encoder-decoder on a canvas: a cell for each step of each layer, its units from the top down.

import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { matrixImage } from "../../figures/matrix-image.ts";
import type { Theme } from "../../figures/palette.ts";
import type { Quantity } from "../../figures/quantities.ts";
import type { TranslatorPlaces } from "./translator-geometry.ts";

/** Pixels between two steps. */
const GAP = 2;

/** Draws a quantity of each row of layers whenever something of it has changed. */
export function useTranslatorVectors(
  canvas: RefObject<HTMLCanvasElement | null>,
  rows: readonly Quantity[],
  places: TranslatorPlaces,
  theme: Theme,
): void {
  useEffect(() => {
    const { width, height, pitch, middle, rowTop, cellHeight } = places;
    const element = canvas.current!;
    const density = devicePixelRatio;
    element.width = width * density;
    element.height = height * density;
    const context = element.getContext("2d")!;
    context.scale(density, density);
    context.imageSmoothingEnabled = false;
    for (const [row, { values, units, kind, limit }] of rows.entries()) {
      const steps = values.length / units;
      const image = matrixImage({ values, steps, units, kind, limit }, theme);
      for (let step = 0; step < steps; step++)
        context.drawImage(
          image,
          ...([step, 0, 1, units] as const),
          ...([middle(step) - pitch / 2 + GAP / 2, rowTop(row), pitch - GAP, cellHeight] as const),
        );
    }
  }, [canvas, rows, places, theme]);
}
