// Where words looked in a picture, as SVG: the picture once for each word, dark where the word did not look.
import type { LookedAt } from "../screen/places-chart.ts";
import { escaped } from "./escaped.ts";

const SIZE = 132;
const GAP = 14;
const TITLE = 20;
const ACROSS = 6;
/** How much of the picture is seen where a word did not look at all. */
const LEAST = 0.2;

/** Words of a picture, and where the picture lies. */
export interface LookedAtPicture extends LookedAt {
  /** An address, such as a data URL. */
  readonly picture: string;
}

/** Pictures one under the other, as an <svg> element. */
export function attentionSvg(pictures: readonly LookedAtPicture[]): string {
  let height = GAP;
  const drawn = pictures.map((each, at) => {
    const placed = `<g transform="translate(0 ${height})">${oneText(each, at)}</g>`;
    height += Math.ceil(each.words.length / ACROSS) * (SIZE + TITLE + GAP);
    return placed;
  });
  const width = GAP + ACROSS * (SIZE + GAP);
  return (
    `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" ` +
    `aria-label="where each word looked">${drawn.join("")}</svg>`
  );
}

function oneText({ words, weights, grid: [rows, columns], picture }: LookedAtPicture, text: number): string {
  const [cellWidth, cellHeight] = [SIZE / columns, SIZE / rows];
  const parts = words.map((word, at) => {
    const [x, y] = [GAP + (at % ACROSS) * (SIZE + GAP), Math.floor(at / ACROSS) * (SIZE + TITLE + GAP)];
    const most = Math.max(...weights[at]);
    const shade = weights[at].map((share, place) => {
      const hidden = (1 - LEAST) * (1 - share / most);
      const [left, top] = [(place % columns) * cellWidth, Math.floor(place / columns) * cellHeight];
      return (
        `<rect x="${left.toFixed(2)}" y="${(TITLE + top).toFixed(2)}" width="${cellWidth.toFixed(2)}" ` +
        `height="${cellHeight.toFixed(2)}" fill="#101418" fill-opacity="${hidden.toFixed(3)}">` +
        `<title>${escaped(word)}: ${(100 * share).toFixed(1)} %</title></rect>`
      );
    });
    return (
      `<g transform="translate(${x} ${y})"><text x="0" y="14">${escaped(word)}</text>` +
      `<image href="${picture}" x="0" y="${TITLE}" width="${SIZE}" height="${SIZE}" preserveAspectRatio="none"/>` +
      `${shade.join("")}</g>`
    );
  });
  return `<g data-text="${text}">${parts.join("")}</g>`;
}
