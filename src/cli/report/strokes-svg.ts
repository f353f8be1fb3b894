// Strokes of a pen as SVG: what was read, and how the network goes on from it.
import { escaped } from "./escaped.ts";

/** Strokes dx, dy, lift, and those that the network has drawn behind them. */
export interface DrawnStrokes {
  readonly series: string | null;
  readonly strokes: readonly (readonly number[])[];
  readonly continuation: readonly (readonly number[])[];
}

const MARGIN = 24;
const WIDTH = 760;
const LEAST_HEIGHT = 90;
const MOST_HEIGHT = 400;

/** Pictures one under the other, as an <svg> element. */
export function strokesSvg(drawn: readonly DrawnStrokes[]): string {
  let top = 0;
  const parts = drawn.map((each) => {
    const { body, height } = onePicture(each);
    const placed = `<g transform="translate(0 ${top})">${body}</g>`;
    top += height;
    return placed;
  });
  return `<svg viewBox="0 0 ${WIDTH} ${top}" width="${WIDTH}" height="${top}" role="img" aria-label="strokes of a pen">${parts.join("")}</svg>`;
}

function onePicture({ series, strokes, continuation }: DrawnStrokes): {
  readonly body: string;
  readonly height: number;
} {
  const points = pointsOf([...strokes, ...continuation]);
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const scale = Math.min(
    (WIDTH - 2 * MARGIN) / Math.max(right - left, 1e-9),
    (MOST_HEIGHT - 2 * MARGIN) / Math.max(high - low, 1e-9),
  );
  const height = Math.max(LEAST_HEIGHT, Math.ceil((high - low) * scale) + 3 * MARGIN);
  const at = (value: number, from: number, first: number) =>
    String(Math.round(10 * (first + (value - from) * scale)) / 10);
  const path = (from: number, to: number) => {
    const parts: string[] = [];
    for (let place = from; place < to; place++) {
      const { x, y, isDown } = points[place];
      parts.push(`${isDown && place > from ? "L" : "M"}${at(x, left, MARGIN)},${at(y, low, 2 * MARGIN)}`);
    }
    return parts.join("");
  };
  const read = strokes.length;
  return {
    height,
    body:
      `<text class="title" x="${MARGIN}" y="18">${escaped(series ?? "strokes")}</text>` +
      `<path class="line train" d="${path(0, read)}"/>` +
      (continuation.length > 0
        ? `<path class="line other" d="${path(Math.max(0, read - 1), points.length)}"/>`
        : ""),
  };
}

/** Where the pen is after each stroke, and whether it was down on the way: not behind a lift. */
function pointsOf(strokes: readonly (readonly number[])[]) {
  let [x, y, isDown] = [0, 0, false];
  return strokes.map(([dx, dy, lift]) => {
    x += dx;
    y += dy;
    const point = { x, y, isDown };
    isDown = lift < 0.5;
    return point;
  });
}
