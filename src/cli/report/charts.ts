import type { Trend } from "../screen/trend.ts";
import { type Chart, lineChart, type Point, type Series } from "./line-chart.ts";
import type { RunHistory } from "./run-history.ts";

/** The smoothed curve forgets over this share of a run. */
const SMOOTHED_SHARE = 0.03;

/** The curves of a run, as HTML: loss large, the others small. */
export function charts({ loss, heldOut, learningRate, gradientNorm, pace, task }: RunHistory): string {
  const raw = pointsOf(loss);
  const isNats = task.loss.endsWith("Nats");
  const title = isNats ? `Loss in nats per ${task.units.replace(/s$/, "")}` : "Loss";
  const counted = `${task.units[0].toUpperCase()}${task.units.slice(1)} per second`;
  const losses: Series[] = [
    { name: "training, as it was", className: "raw", points: raw },
    { name: "training, smoothed", className: "train", points: smoothed(raw) },
    {
      name: "held out",
      className: "held",
      points: pointsOf(heldOut).map(({ x, y }) => ({ x, y })),
      hasDots: true,
    },
  ];
  const main = both({ title, series: losses, scale: "logarithmic" }, [1060, 330], [360, 240]);
  if (main === "") return "";
  const keys = losses
    .filter(({ points }) => points.length > 0)
    .map(({ name, className }) => {
      const line = `<svg viewBox="0 0 26 10" aria-hidden="true"><path class="line ${className}" d="M0,5H26"/></svg>`;
      return `<span>${line}${name}</span>`;
    });
  const small = (title: string, curve: Trend, scale: Chart["scale"]) => {
    const series = [{ name: title, className: "other", points: pointsOf(curve) }];
    const drawn = both({ title, series, scale }, [340, 180], [360, 180]);
    return drawn === "" ? "" : `<div><h3>${title}</h3>${drawn}</div>`;
  };
  return (
    `<h2>${title}, over steps</h2><p class="keys">${keys.join("")}</p>${main}` +
    `<div class="small">${small("Learning rate", learningRate, "linear")}` +
    `${small("Gradient norm", gradientNorm, "logarithmic")}${small(counted, pace, "linear")}</div>`
  );
}

/** The chart twice, of which a window shows the one that suits its width: letters keep their size. */
function both(
  chart: Omit<Chart, "width" | "height">,
  [width, height]: readonly [number, number],
  [narrowWidth, narrowHeight]: readonly [number, number],
): string {
  const wide = lineChart({ ...chart, width, height });
  if (wide === "") return "";
  const narrow = lineChart({ ...chart, width: narrowWidth, height: narrowHeight });
  return `<div class="wide">${wide}</div><div class="narrow">${narrow}</div>`;
}

function pointsOf(curve: Trend): Point[] {
  return curve.buckets.map(({ lastStep, mean, least, most }) => ({ x: lastStep, y: mean, least, most }));
}

/**
 * Exponential moving averages from both ends, taken together so that the curve does not lag behind; each is corrected for its
 * beginning as Adam's are (Kingma & Ba 2015).
 */
function smoothed(points: readonly Point[]): Point[] {
  const keep = Math.exp(-1 / Math.max(1, SMOOTHED_SHARE * points.length));
  const values = points.map(({ y }) => y);
  const forwards = movingAverage(values, keep);
  const backwards = movingAverage(values.toReversed(), keep).toReversed();
  return points.map(({ x }, index) => ({ x, y: (forwards[index] + backwards[index]) / 2 }));
}

function movingAverage(values: readonly number[], keep: number): number[] {
  let sum = 0;
  let weight = 0;
  return values.map((value) => {
    sum = keep * sum + (1 - keep) * value;
    weight = keep * weight + (1 - keep);
    return sum / weight;
  });
}
