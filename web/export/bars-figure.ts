// Probabilities as bars, from (0, 0), with their names at the left and an axis of per cent below.
import { percentOf } from "../figures/bars.tsx";
import { shownPiece } from "../figures/token-text.tsx";
import { escaped, type Inks, MONO } from "./standalone-figure.ts";
import { round } from "./token-axis.ts";

export interface FigureBar {
  readonly name: string;
  /** As it is expected, and as it is drawn from. */
  readonly probability: number;
  readonly sampled: number;
  readonly isActual: boolean;
}

const [ROW, GUTTER, ACROSS, NUMBERS] = [26, 110, 560, 150];

export function barsMarkup(
  bars: readonly FigureBar[],
  inks: Inks,
): { readonly markup: string; readonly width: number; readonly height: number } {
  const most = Math.max(0.01, ...bars.flatMap(({ probability, sampled }) => [probability, sampled]));
  const length = (share: number) => round((share / most) * ACROSS);
  const rows = bars.map(({ name, probability, sampled, isActual }, row) => {
    const y = row * ROW;
    return {
      name: `<text x="${GUTTER - 8}" y="${y + 17}" text-anchor="end">${escaped(name === " " ? "space" : shownPiece(name))}</text>`,
      bar:
        `<rect x="${GUTTER}" y="${y + 2}" width="${length(probability)}" height="20" fill="${inks.accent}" fill-opacity="0.25"/>` +
        `<rect x="${GUTTER}" y="${y + 7}" width="${length(sampled)}" height="10" fill="${inks.accent}"/>` +
        `<text x="${GUTTER + ACROSS + 8}" y="${y + 17}" fill="${inks.ink}" font-size="12"${isActual ? ' font-weight="600"' : ""}>${escaped(`${percentOf(sampled)} (${percentOf(probability)})${isActual ? " comes" : ""}`)}</text>`,
    };
  });
  const bottom = bars.length * ROW + 14;
  const every = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25].find((each) => most / each <= 5) ?? 0.25;
  const ticks = Array.from({ length: Math.floor(most / every + 1e-9) + 1 }, (_, tick) => tick * every);
  const axis = ticks.map(
    (tick) =>
      `<text x="${GUTTER + length(tick)}" y="${bottom}" text-anchor="middle">${Math.round(100 * tick)} %</text>`,
  );
  return {
    markup: [
      `<g data-part="rows" font-family="${MONO}" font-size="14" fill="${inks.ink}">${rows.map(({ name }) => name).join("")}</g>`,
      rows.map(({ bar }) => bar).join(""),
      `<g data-part="axis" font-size="11" fill="${inks.quiet}">${axis.join("")}</g>`,
    ].join(""),
    width: GUTTER + ACROSS + NUMBERS,
    height: bottom + 8,
  };
}
