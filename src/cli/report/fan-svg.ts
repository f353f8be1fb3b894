// A series and its forecast as SVG: a function from numbers to text.
import { scaleLinear } from "d3-scale";
import { area, line } from "d3-shape";
import type { NamedFan } from "../screen/fans-of-answer.ts";
import { escaped } from "./escaped.ts";

const MARGIN = { top: 30, right: 16, bottom: 28, left: 60 };
const SIZE = { width: 760, height: 280 };

/** Fans one under the other, as an <svg> element. */
export function fanSvg(fans: readonly NamedFan[]): string {
  const height = SIZE.height * fans.length;
  const drawn = fans.map(
    (fan, place) => `<g transform="translate(0 ${place * SIZE.height})">${oneFan(fan)}</g>`,
  );
  return (
    `<svg viewBox="0 0 ${SIZE.width} ${height}" width="${SIZE.width}" height="${height}" role="img" ` +
    `aria-label="forecast">${drawn.join("")}</svg>`
  );
}

function oneFan({ name, history, median, bands, times, actual = [] }: NamedFan): string {
  const steps = history.length + median.length;
  const x = scaleLinear([0, Math.max(1, steps - 1)], [MARGIN.left, SIZE.width - MARGIN.right]);
  const all = [...history, ...median, ...actual, ...bands.flat(2)].filter(Number.isFinite);
  const y = scaleLinear(
    [Math.min(...all), Math.max(...all)],
    [SIZE.height - MARGIN.bottom, MARGIN.top],
  ).nice();
  const rounded = (value: number) => Math.round(value * 10) / 10;
  const curve = (values: readonly number[], first: number) =>
    line<number>()
      .defined(Number.isFinite)
      .x((_, step) => rounded(x(first + step)))
      .y((value) => rounded(y(value)))(values) ?? "";
  const rows = y.ticks(5).map((tick) => {
    const place = rounded(y(tick));
    return (
      `<line class="grid" x1="${MARGIN.left}" x2="${SIZE.width - MARGIN.right}" y1="${place}" y2="${place}"/>` +
      `<text x="${MARGIN.left - 8}" y="${place + 4}" text-anchor="end">${Number(tick.toPrecision(6))}</text>`
    );
  });
  const label = (step: number, text: string, anchor: string) =>
    `<text x="${rounded(x(step))}" y="${SIZE.height - 8}" text-anchor="${anchor}">${escaped(text)}</text>`;
  const reach = bands.map(([low, high]) => {
    const path = area<number>()
      .x((_, step) => rounded(x(history.length + step)))
      .y0((value) => rounded(y(value)))
      .y1((_, step) => rounded(y(high[step])));
    return `<path class="band held" d="${path(low) ?? ""}"/>`;
  });
  // The line of the forecast begins where that of the history ends.
  const from = history.findLast(Number.isFinite);
  const joined = from === undefined ? median : [from, ...median];
  return [
    `<text class="title" x="${MARGIN.left}" y="18">${escaped(name)}</text>`,
    ...rows,
    ...reach,
    `<path class="line train" d="${curve(history, 0)}"/>`,
    `<path class="line held" d="${curve(joined, steps - joined.length)}"/>`,
    ...(actual.length > 0
      ? [`<path class="line other" stroke-dasharray="1.5 3" d="${curve(actual, history.length)}"/>`]
      : []),
    ...(history.length > steps / 5 ? [label(0, times[0], "start")] : []),
    label(history.length, times[1], "middle"),
    ...(median.length > steps / 5 ? [label(steps - 1, times[2], "end")] : []),
  ].join("");
}
