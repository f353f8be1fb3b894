// Curves over the steps of training, with lines for what is known beforehand.
import { scaleLinear, scaleLog } from "d3-scale";
import { line } from "d3-shape";
import "./line-chart.css";
import { ChartGrid } from "./chart-grid.tsx";
import { shortNumber } from "./short-number.ts";

export interface ChartSeries {
  readonly name: string;
  /** x and y; what is no number leaves a gap. */
  readonly points: readonly (readonly [number, number])[];
  /** Of the page's style: "first", "second". */
  readonly look: "first" | "second";
}

/** A level that is known: a best loss, a chance, a limit. */
export interface ChartLevel {
  readonly name: string;
  readonly value: number;
}

export interface LineChartProps {
  readonly title: string;
  readonly series: readonly ChartSeries[];
  readonly levels: readonly ChartLevel[];
  /** "log" leaves out what is not above 0. */
  readonly scale: "linear" | "log";
  /** What the horizontal axis counts. */
  readonly xName: string;
  /** How far the horizontal axis goes at least. */
  readonly until?: number;
  /** Bounds that y has at least. */
  readonly least?: readonly [number, number];
  readonly width: number;
  readonly height: number;
}

const [LEFT, RIGHT, TOP, BOTTOM] = [50, 24, 10, 36];
/** Pixels that the words of two levels must lie apart. */
const APART = 13;

export function LineChart({
  title,
  series,
  levels,
  scale,
  xName,
  until = 1,
  least,
  width,
  height,
}: LineChartProps) {
  const isDrawn = (y: number) => Number.isFinite(y) && (scale === "linear" || y > 0);
  const points = series.flatMap((each) => each.points);
  const ys = [
    ...points.map(([, y]) => y),
    ...levels.map(({ value }) => value),
    ...(least ?? (points.length === 0 ? [scale === "log" ? 0.1 : 0, 1] : [])),
  ].filter(isDrawn);
  const most = points.reduce((last, [step]) => Math.max(last, step), Math.max(1, until));
  const x = scaleLinear([0, most], [LEFT, width - RIGHT]);
  const [bottom, top] = [Math.min(...ys), Math.max(...ys)];
  const range = [height - BOTTOM, TOP];
  const y =
    scale === "log"
      ? scaleLog([bottom, Math.max(top, bottom * 1.01)], range).nice()
      : scaleLinear([bottom, Math.max(top, bottom + 1e-9)], range).nice();
  const path = line<readonly [number, number]>()
    .defined(([, value]) => isDrawn(value))
    .x(([step]) => x(step))
    .y(([, value]) => y(value));
  const yTicks = scale === "log" ? decades(y.domain()) : y.ticks(4);
  let lastLabel = Number.POSITIVE_INFINITY;
  return (
    <figure class="line-chart">
      <figcaption>
        {title}
        {series.length > 1 &&
          series.map(({ name, look }) => (
            <span key={name} class={`key ${look}`}>
              {name}
            </span>
          ))}
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        role="img"
        aria-label={`${title}: ${described(series, levels)}`}
      >
        <ChartGrid
          {...{ x, y, yTicks, width, height, xName }}
          left={LEFT}
          right={width - RIGHT}
          xText={(tick) => tick.toLocaleString("en")}
        />
        {series.map(({ name, points: each, look }) => (
          <path key={name} class={`curve ${look}`} d={path(each) ?? ""} />
        ))}
        {levels
          .filter(({ value }) => isDrawn(value))
          .toSorted((a, b) => a.value - b.value)
          .map(({ name, value }) => {
            const above = y(value) - 4;
            lastLabel = Math.min(above, lastLabel - APART);
            return (
              <g key={name}>
                <line class="level" x1={LEFT} x2={width - RIGHT} y1={y(value)} y2={y(value)} />
                <text
                  class="level-name"
                  x={width - RIGHT - 2}
                  y={Math.max(TOP + 2, lastLabel)}
                  text-anchor="end"
                >
                  {name}
                </text>
              </g>
            );
          })}
      </svg>
    </figure>
  );
}

function decades([from, to]: number[]): number[] {
  const [first, last] = [Math.ceil(Math.log10(from) - 1e-9), Math.floor(Math.log10(to) + 1e-9)];
  const every = Math.max(1, Math.ceil((last - first) / 5));
  const found: number[] = [];
  for (let power = first; power <= last; power += every) found.push(10 ** power);
  return found;
}

function described(series: readonly ChartSeries[], levels: readonly ChartLevel[]): string {
  const last = series.map(({ name, points }) => {
    const newest = points[points.length - 1];
    return newest ? `${name} ${shortNumber(newest[1])} at step ${newest[0]}` : `no ${name} yet`;
  });
  return [...last, ...levels.map(({ name, value }) => `${name} ${shortNumber(value)}`)].join(", ");
}
