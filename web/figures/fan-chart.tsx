// A series and its forecast: what came before, the median, and a band between each pair of quantiles.
import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { ChartGrid } from "./chart-grid.tsx";
import { withMinus } from "./minus.ts";
import { shortNumber } from "./short-number.ts";

export interface FanChartProps {
  readonly title: string;
  readonly history: readonly number[];
  /** Numbers of each step ahead by quantile, in order. */
  readonly quantiles: readonly (readonly [quantile: number, values: readonly number[]])[];
  readonly width: number;
  readonly height: number;
}

const [LEFT, RIGHT, TOP, BOTTOM] = [56, 24, 10, 36];

export function FanChart({ title, history, quantiles, width, height }: FanChartProps) {
  const ahead = quantiles[0][1].length;
  const first = 1 - history.length;
  const numbers = [...history, ...quantiles.flatMap(([, values]) => values)].filter(Number.isFinite);
  const x = scaleLinear([first, ahead], [LEFT, width - RIGHT]);
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const y = scaleLinear([least, Math.max(most, least + 1e-9)], [height - BOTTOM, TOP]).nice();
  const path = line<readonly [number, number]>()
    .defined(([, value]) => Number.isFinite(value))
    .x(([step]) => x(step))
    .y(([, value]) => y(value));
  const stepsAhead = (values: readonly number[]) => values.map((value, step) => [step + 1, value] as const);
  const bands = Array.from({ length: Math.floor(quantiles.length / 2) }, (_, at) => ({
    share: quantiles[quantiles.length - 1 - at][0] - quantiles[at][0],
    low: quantiles[at][1],
    high: quantiles[quantiles.length - 1 - at][1],
  }));
  const [, median] = quantiles[Math.floor(quantiles.length / 2)];
  const said = bands.map(({ share }) => `${(100 * share).toFixed(0)} %`).join(", ");
  return (
    <figure class="line-chart fan-chart">
      <figcaption>
        {title}
        {said && <span class="quiet"> (bands: {said})</span>}
      </figcaption>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        role="img"
        aria-label={`${title}: ${median.slice(0, 3).map(shortNumber).join(", ")} in the next steps`}
      >
        <ChartGrid
          {...{ x, y, width, height }}
          left={LEFT}
          right={width - RIGHT}
          xName="steps from the last one read"
          xText={(tick) => (tick > 0 ? `+${tick}` : withMinus(String(tick)))}
        />
        {bands.map(({ share, low, high }) => (
          <path
            key={share}
            class="band"
            d={`${path(stepsAhead(low)) ?? ""}${(path(stepsAhead(high).reverse()) ?? "").replace("M", "L")}Z`}
          />
        ))}
        <path class="history" d={path(history.map((value, at) => [first + at, value] as const)) ?? ""} />
        <path class="median" d={path(stepsAhead(median)) ?? ""} />
      </svg>
    </figure>
  );
}
