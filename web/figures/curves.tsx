// Curves over one axis, with bands: a function from numbers to SVG.

import { scaleLinear, scaleLog } from "d3-scale";
import { area, line } from "d3-shape";
import { withMinus } from "./minus.ts";
import { useMedia } from "./theme.ts";

export interface CurvePoint {
  readonly x: number;
  readonly y: number;
  /** What the value may reach from and to. */
  readonly least?: number;
  readonly most?: number;
}

export interface Curve {
  readonly name: string;
  /** Its number in the order of colours and dashes. */
  readonly style: number;
  readonly points: readonly CurvePoint[];
}

export interface CurvesFigure {
  readonly title: string;
  readonly curves: readonly Curve[];
  readonly xName: string;
  readonly xScale: "linear" | "logarithmic";
  readonly yScale: "linear" | "logarithmic";
  /** Marked on the horizontal axis. */
  readonly marks?: readonly { readonly x: number; readonly name: string }[];
}

/** Wide and on a phone, so that letters keep their size. */
const SIZES = { wide: [620, 260], narrow: [340, 230] } as const;
const MARGIN = { top: 12, right: 20, bottom: 42, left: 58 };

/** The drawing in the size that suits the window. */
export function Curves(figure: CurvesFigure) {
  const isNarrow = useMedia("(max-width: 640px)");
  return <CurvesDrawing {...figure} size={isNarrow ? "narrow" : "wide"} />;
}

/** The drawing, as a function of numbers alone. */
export function CurvesDrawing(figure: CurvesFigure & { readonly size: keyof typeof SIZES }) {
  const { title, curves, xName, xScale, yScale, marks = [], size } = figure;
  const [width, height] = SIZES[size];
  const points = curves.flatMap((curve) => curve.points).filter(({ y }) => yScale === "linear" || y > 0);
  if (points.length === 0) return <p class="note">There is nothing to draw yet.</p>;
  const extent = (values: readonly number[]): [number, number] => {
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return least < most ? [least, most] : [least - 0.5, most + 0.5];
  };
  const across = [MARGIN.left, width - MARGIN.right];
  const down = [height - MARGIN.bottom, MARGIN.top];
  const xs = extent(points.map(({ x }) => x));
  const ys = extent(points.flatMap(({ y, least = y, most = y }) => [least, most]));
  const x = xScale === "linear" ? scaleLinear(xs, across) : scaleLog(xs, across).base(2);
  const y = yScale === "linear" ? scaleLinear(ys, down).nice(5) : scaleLog(ys, down);
  const xTicks = x.ticks(size === "narrow" ? 5 : 8).filter(Number.isInteger);
  const yTicks = spaced(y.ticks(5), y);
  const shown = (curve: Curve) => curve.points.filter((point) => yScale === "linear" || point.y > 0);
  const band = area<CurvePoint>(
    (point) => x(point.x),
    (point) => y(point.least ?? point.y),
    (point) => y(point.most ?? point.y),
  );
  const course = line<CurvePoint>(
    (point) => x(point.x),
    (point) => y(point.y),
  );
  return (
    <svg
      class="curves"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={title}
    >
      {yTicks.map((tick) => (
        <g key={tick}>
          <line class="grid" x1={MARGIN.left} x2={width - MARGIN.right} y1={y(tick)} y2={y(tick)} />
          <text x={MARGIN.left - 8} y={y(tick) + 4} text-anchor="end">
            {tickText(tick)}
          </text>
        </g>
      ))}
      <g data-part="axis">
        {xTicks.map((tick) => (
          <text key={tick} x={x(tick)} y={height - MARGIN.bottom + 18} text-anchor="middle">
            {tick}
          </text>
        ))}
        <text x={(MARGIN.left + width - MARGIN.right) / 2} y={height - 6} text-anchor="middle">
          {xName}
        </text>
      </g>
      {marks.map((mark) => (
        <g key={mark.name}>
          <line class="mark" x1={x(mark.x)} x2={x(mark.x)} y1={MARGIN.top} y2={height - MARGIN.bottom} />
          <text x={x(mark.x)} y={MARGIN.top + 10} dx={5}>
            {mark.name}
          </text>
        </g>
      ))}
      {curves.map((curve) => (
        <g key={curve.name} class={`curve style-${curve.style}`}>
          {curve.points.some(({ least }) => least !== undefined) && (
            <path class="band" d={band(shown(curve)) ?? ""} />
          )}
          <path class="line" d={course(shown(curve)) ?? ""} />
          {curve.points.length <= 30 &&
            shown(curve).map((point) => (
              <circle key={point.x} cx={x(point.x)} cy={y(point.y)} r={3}>
                <title>{`${curve.name}, ${point.x}: ${withMinus(point.y.toPrecision(4))}`}</title>
              </circle>
            ))}
        </g>
      ))}
    </svg>
  );
}

/** What the curves' strokes mean. */
export function CurveKeys({ curves }: { readonly curves: readonly Curve[] }) {
  return (
    <p class="legend">
      {curves.map(({ name, style }) => (
        <span key={name}>
          <svg class="curves key" width={28} height={10} viewBox="0 0 28 10" aria-hidden="true">
            <g class={`curve style-${style}`}>
              <path class="line" d="M0,5H28" />
            </g>
          </svg>{" "}
          {name}
        </span>
      ))}
    </p>
  );
}

/** Ticks whose texts do not touch. */
function spaced(ticks: readonly number[], y: (value: number) => number): number[] {
  let last = Number.POSITIVE_INFINITY;
  return ticks.filter((tick) => {
    if (last - y(tick) < 18) return false;
    last = y(tick);
    return true;
  });
}

function tickText(value: number): string {
  const magnitude = Math.abs(value);
  return value !== 0 && (magnitude < 0.001 || magnitude >= 1e5)
    ? withMinus(value.toExponential(0))
    : withMinus(String(Number(value.toPrecision(3))));
}
