import type { NextTokenShare } from "unrolled/inspect";
import type { ModelSummary, Reading } from "../../engine/protocol.ts";
import type { FigureSource } from "../../export/figure-source.ts";
import { described } from "../../model-bar.tsx";

export interface NextShown {
  readonly reading: Reading;
  readonly model: ModelSummary;
  readonly at: number;
  /** From so many bits on a token has the strongest colour. */
  readonly mostBits: number;
  /** The likeliest tokens after a step. */
  sharesAt(step: number): readonly NextTokenShare[];
}

/** The text coloured by surprise, and below it what comes after the step that is marked, to be taken away. */
export function nextFigure({ reading, model, at, mostBits, sharesAt }: NextShown): FigureSource {
  const { pieces, trace } = reading;
  const before = pieces.slice(Math.max(0, at - 24), at + 1).join("");
  return {
    title: `What comes after ${JSON.stringify(before)}`,
    subtitle: `Above, how much each token surprises the network; below, the likeliest tokens after the marked step. ${described(model)}`,
    steps: pieces.length,
    async draw({ ground, readTo = at }) {
      const [{ textBody }, { barsMarkup }, { inksOn, themeOn }] = await Promise.all([
        import("../../export/text-figure.ts"),
        import("../../export/bars-figure.ts"),
        import("../../export/standalone-figure.ts"),
      ]);
      const inks = inksOn(ground);
      const text = textBody({
        ...{ pieces, inks, at: readTo, isReading: false, theme: themeOn(ground) },
        ...{ name: "bits of surprise", kind: "sequential", limit: mostBits },
        valueAt: (step) => (step === 0 ? Number.NaN : trace.lossNats[step - 1] / Math.LN2),
      });
      const bars = barsMarkup(
        sharesAt(readTo).map(({ id, probability, sampled }) => ({
          ...{ name: model.tokens[id], probability, sampled },
          isActual: id === trace.ids[readTo + 1],
        })),
        inks,
      );
      return {
        ...text,
        width: Math.max(text.width, bars.width),
        height: text.height + GAP + bars.height,
        markup: `${text.markup}<g transform="translate(0 ${text.height + GAP})">${bars.markup}</g>`,
        keys: [
          { name: "as the network expects it", colour: inks.accent, opacity: 0.25 },
          { name: "as it is drawn from", colour: inks.accent },
        ],
      };
    },
  };
}

const GAP = 24;
