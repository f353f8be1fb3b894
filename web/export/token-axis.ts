import { shownPiece } from "../figures/token-text.tsx";
import { escaped, type Inks, MONO } from "./standalone-figure.ts";

export interface TokenAxis {
  /** The tokens of the steps that are drawn, the first of them step `from`, counted from 0. */
  readonly pieces: readonly string[];
  readonly from: number;
  /** Pixels of a step. */
  readonly pitch: number;
  readonly inks: Inks;
}

/** Narrower steps have no letters, only numbers. */
const LEAST_WITH_LETTERS = 7;
const LONGEST = 14;

/** An axis of time below a figure, from (0, 0) downwards: each step's token, and the numbers of steps, from 1. */
export function tokenAxis({ pieces, from, pitch, inks }: TokenAxis): { markup: string; height: number } {
  const size = Math.min(14, Math.max(8, pitch * 1.3));
  const letter = size * 0.62;
  const shown = pieces.map((piece) => {
    const sign = shownPiece(piece).replaceAll(" ", "·");
    return sign.length > LONGEST ? `${sign.slice(0, LONGEST - 1)}…` : sign;
  });
  const longest = shown.reduce((most, { length }) => Math.max(most, length), 0);
  const hasLetters = pitch >= LEAST_WITH_LETTERS;
  const lies = longest * letter <= pitch + 1;
  const middle = (step: number) => round((step + 0.5) * pitch);
  const letters = hasLetters
    ? shown.map((text, step) =>
        lies
          ? `<text x="${middle(step)}" y="15" text-anchor="middle">${escaped(text)}</text>`
          : `<text transform="translate(${round((step + 0.5) * pitch + size / 3)} 6) rotate(-90)" text-anchor="end">${escaped(text)}</text>`,
      )
    : [];
  const letterHeight = !hasLetters ? 0 : lies ? 20 : Math.ceil(longest * letter) + 10;
  // Numbers of steps stand at least this far apart.
  const every = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((each) => each * pitch >= 36) ?? 2000;
  const numbers = pieces
    .map((_, step) => from + step + 1)
    .filter((number) => number % every === 0 || (number === 1 && every > 2))
    .map(
      (number) =>
        `<text x="${middle(number - 1 - from)}" y="${letterHeight + 12}" text-anchor="middle">${number}</text>`,
    );
  return {
    markup: [
      `<g data-part="axis"><g font-family="${MONO}" font-size="${round(size)}" fill="${inks.ink}" xml:space="preserve">`,
      ...letters,
      `</g><g font-size="10" fill="${inks.quiet}">`,
      ...numbers,
      `<text x="-8" y="${letterHeight + 12}" text-anchor="end">step</text></g></g>`,
    ].join(""),
    height: letterHeight + 18,
  };
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
