import type { ScaleContinuousNumeric } from "d3-scale";
import { shortNumber } from "./short-number.ts";

type Scale = Pick<ScaleContinuousNumeric<number, number>, "ticks"> & ((value: number) => number);

export interface ChartGridProps {
  readonly x: Scale;
  readonly y: Scale;
  /** Where there are lines across; the scale's own ticks if not given. */
  readonly yTicks?: readonly number[];
  readonly width: number;
  readonly height: number;
  /** Where the lines begin and end. */
  readonly left: number;
  readonly right: number;
  /** What the horizontal axis counts. */
  readonly xName: string;
  readonly xText: (tick: number) => string;
}

/** Lines across with their numbers, and whole numbers along the horizontal axis with its name. */
export function ChartGrid({
  x,
  y,
  yTicks = y.ticks(4),
  width,
  height,
  left,
  right,
  xName,
  xText,
}: ChartGridProps) {
  return (
    <>
      {yTicks.map((tick) => (
        <g key={tick}>
          <line class="grid" x1={left} x2={right} y1={y(tick)} y2={y(tick)} />
          <text class="tick" x={left - 6} y={y(tick) + 4} text-anchor="end">
            {shortNumber(tick)}
          </text>
        </g>
      ))}
      <g data-part="axis">
        {x.ticks(Math.max(2, Math.floor(width / 110))).map((tick) =>
          Number.isInteger(tick) ? (
            <text key={tick} class="tick" x={x(tick)} y={height - 20} text-anchor="middle">
              {xText(tick)}
            </text>
          ) : null,
        )}
        <text class="tick" x={(left + right) / 2} y={height - 5} text-anchor="middle">
          {xName}
        </text>
      </g>
    </>
  );
}
