// Alignments as SVG: the source above, the target beside, the shares as colour. A function from numbers to text.
import type { Alignment } from "../screen/alignment-chart.ts";
import { escaped } from "./escaped.ts";

const CELL = 26;
const GAP = 34;
const LETTER = 7.2;
const INK = "#3b6fb6";
const EDGE = "#d8dee4";

/** Matrices one under the other, as an <svg> element. */
export function alignmentSvg(alignments: readonly Alignment[]): string {
  let height = 0;
  let width = 0;
  const drawn = alignments.map((alignment) => {
    const one = oneMatrix(alignment);
    const placed = `<g transform="translate(0 ${height})">${one.svg}</g>`;
    height += one.height + GAP;
    width = Math.max(width, one.width);
    return placed;
  });
  return (
    `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="alignment">` +
    `${drawn.join("")}</svg>`
  );
}

function oneMatrix({ source, target, weights }: Alignment): {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
} {
  const room = (words: readonly string[]) =>
    Math.ceil(LETTER * Math.max(1, ...words.map((word) => [...word].length))) + 16;
  const [left, top] = [room(target), room(source)];
  const above = source.map((word, column) => {
    const place = `translate(${left + (column + 0.5) * CELL + 4} ${top - 8}) rotate(-90)`;
    return `<text transform="${place}">${escaped(word)}</text>`;
  });
  const rows = target.map((word, row) => {
    const y = top + row * CELL;
    const cells = source.map((other, column) => {
      const share = weights[row][column];
      const percent = `${(100 * share).toFixed(1)} %`;
      return (
        `<rect x="${left + column * CELL}" y="${y}" width="${CELL}" height="${CELL}" ` +
        `fill="${INK}" stroke="${EDGE}" fill-opacity="${Number(share.toFixed(3))}">` +
        `<title>${escaped(`${word} looked at ${other}: ${percent}`)}</title></rect>`
      );
    });
    const name = `<text x="${left - 8}" y="${y + CELL / 2 + 4}" text-anchor="end">${escaped(word)}</text>`;
    return name + cells.join("");
  });
  return {
    svg: above.join("") + rows.join(""),
    width: left + source.length * CELL + 16,
    height: top + target.length * CELL,
  };
}
