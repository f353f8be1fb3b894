import type { FigureSource } from "../export/figure-source.ts";
import type { FigureKey, Inks } from "../export/standalone-figure.ts";
import type { RampKind } from "../figures/palette.ts";

export interface ColouredText {
  readonly title: string;
  readonly subtitle: string;
  readonly pieces: readonly string[];
  readonly at: number;
  /** What the colours are of, and the number that has the strongest. */
  readonly name: string;
  readonly kind: RampKind;
  readonly limit: number;
  valueAt(step: number): number;
  readonly keys?: (inks: Inks) => readonly FigureKey[];
}

/** A text coloured by numbers, to be taken away. */
export function textFigure({ title, subtitle, at, keys, ...text }: ColouredText): FigureSource {
  return {
    title,
    subtitle,
    steps: text.pieces.length,
    async draw({ ground, readTo }) {
      const [{ textBody }, { inksOn, themeOn }] = await Promise.all([
        import("../export/text-figure.ts"),
        import("../export/standalone-figure.ts"),
      ]);
      const inks = inksOn(ground);
      return textBody({
        ...text,
        theme: themeOn(ground),
        inks,
        at: readTo ?? at,
        isReading: readTo !== undefined,
        keys: keys?.(inks) ?? [],
      });
    },
  };
}
