import { scaleLinear, scaleLog, scalePoint } from "d3-scale";
import { curveStepAfter, line } from "d3-shape";
import { escaped } from "../report/escaped.ts";
import { count } from "../screen/amounts.ts";
import type { Parameter } from "./parameter.ts";
import type { SweepPlan } from "./plan.ts";
import { type Metric, measure, ranked, score, type Trial } from "./trial.ts";

const PANEL = { width: 300, height: 230 };
const MARGIN = { top: 24, right: 20, bottom: 40, left: 52 };
const TITLE_HEIGHT = 34;
const MOST_PANELS_ACROSS = 3;
const BEST_COLOR = "#d9480f";
const OTHER_COLOR = "#1c6fb5";

/** A horizontal axis: where a value stands, and what is written under it. */
interface Axis {
  readonly label: string;
  place(value: number | string): number;
  readonly ticks: readonly { readonly value: number | string; readonly text: string }[];
}

interface Point {
  readonly x: number | string;
  readonly y: number;
  readonly color: string;
}

interface Panel {
  readonly axis: Axis;
  readonly dots: readonly Point[];
  readonly lines: readonly { readonly points: readonly Point[]; readonly isStepped: boolean }[];
}

/** A picture of a sweep (SVG): the metric against each parameter, and as the sweep went on; the best trial stands out. */
export function sweepSvg(
  { parameters, metric, search, better }: SweepPlan,
  trials: readonly Trial[],
): string {
  const measured = ranked(trials, metric, better);
  const panels: Panel[] =
    measured.length === 0
      ? []
      : [
          ...parameters.map((parameter) => parameterPanel(parameter, measured, metric)),
          search === "halving" ? rungsPanel(measured, metric) : coursePanel(trials, metric),
        ];
  const across = Math.max(1, Math.min(MOST_PANELS_ACROSS, panels.length));
  const width = across * PANEL.width;
  const height = TITLE_HEIGHT + Math.max(1, Math.ceil(panels.length / across)) * PANEL.height;
  const drawn = panels.map((panel, index) => {
    const x = (index % across) * PANEL.width;
    const y = TITLE_HEIGHT + Math.floor(index / across) * PANEL.height;
    return `<g transform="translate(${x},${y})">${panelSvg(panel, metric)}</g>`;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="system-ui, sans-serif" font-size="10"><rect width="${width}" height="${height}" fill="white"/>` +
    `<text x="14" y="22" font-size="14" font-weight="600">${escaped(titleOf(measured, trials.length, metric))}</text>` +
    `${drawn.join("")}</svg>\n`
  );
}

function titleOf(measured: readonly Trial[], trials: number, metric: Metric): string {
  if (measured.length === 0) return `No trial of ${trials} has a result`;
  const [best] = measured;
  return `${metric} of ${measured.length} of ${trials} trials; the best is trial ${best.number} with ${score(best, metric)!.toFixed(4)}`;
}

function panelSvg({ axis, dots, lines }: Panel, metric: Metric): string {
  const bottom = PANEL.height - MARGIN.bottom;
  const figures = [...dots, ...lines.flatMap(({ points }) => points)].map(({ y }) => y);
  const [least, most] = [Math.min(...figures), Math.max(...figures)];
  const apart = least === most ? Math.abs(least) / 20 || 1 : 0;
  const y = scaleLinear([least - apart, most + apart], [bottom, MARGIN.top]).nice();
  const rounded = (value: number) => Math.round(value * 10) / 10;
  const rows = y.ticks(5).map((tick) => {
    const place = rounded(y(tick));
    return (
      `<line x1="${MARGIN.left}" x2="${PANEL.width - MARGIN.right}" y1="${place}" y2="${place}" stroke="#e5e5e5"/>` +
      `<text x="${MARGIN.left - 6}" y="${place + 3}" text-anchor="end">${tick}</text>`
    );
  });
  const columns = axis.ticks.map(({ value, text }) => {
    const place = rounded(axis.place(value));
    return (
      `<line x1="${place}" x2="${place}" y1="${bottom}" y2="${bottom + 4}" stroke="black"/>` +
      `<text x="${place}" y="${bottom + 15}" text-anchor="middle">${escaped(text)}</text>`
    );
  });
  const labels =
    `<text x="6" y="14">${escaped(metric)}</text>` +
    `<text x="${PANEL.width - MARGIN.right}" y="${bottom + 30}" text-anchor="end">${escaped(axis.label)}</text>`;
  const paths = lines.map(({ points, isStepped }) => {
    const course = line<Point>(
      (point) => rounded(axis.place(point.x)),
      (point) => rounded(y(point.y)),
    );
    if (isStepped) course.curve(curveStepAfter);
    return `<path d="${course(points)}" fill="none" stroke="${points[0].color}" stroke-opacity="0.7"/>`;
  });
  const circles = dots.map(
    ({ x, y: figure, color }) =>
      `<circle cx="${rounded(axis.place(x))}" cy="${rounded(y(figure))}" r="3.5" fill="${color}" fill-opacity="0.45" stroke="${color}"/>`,
  );
  return [...rows, ...columns, labels, ...paths, ...circles].join("");
}

const ACROSS: [number, number] = [MARGIN.left, PANEL.width - MARGIN.right];

/** Each trial's figure against its value of one parameter. */
function parameterPanel(parameter: Parameter, measured: readonly Trial[], metric: Metric): Panel {
  const { key } = parameter;
  const isRange = parameter.kind === "range";
  const dots = measured.map((trial, rank) => ({
    x: isRange ? Number(trial.settings[key]) : String(trial.settings[key]),
    y: score(trial, metric)!,
    color: rank === 0 ? BEST_COLOR : OTHER_COLOR,
  }));
  // The best is drawn last, over the others.
  return { axis: isRange ? rangeAxis(parameter) : valuesAxis(parameter), dots: dots.reverse(), lines: [] };
}

function valuesAxis({ key, values }: Extract<Parameter, { kind: "values" }>): Axis {
  const names = values.map(String);
  const scale = scalePoint(names, ACROSS).padding(0.5);
  return {
    label: key,
    place: (value) => scale(String(value))!,
    ticks: names.map((value) => ({ value, text: value })),
  };
}

function rangeAxis({ key, min, max, scale, whole }: Extract<Parameter, { kind: "range" }>): Axis {
  return numbersAxis(key, [min, max], scale === "log", whole);
}

const FEW_TICKS = 4;

/** An axis from least to most, its ticks round numbers; of a logarithmic one those that begin with 1, 2 or 5. */
function numbersAxis(
  label: string,
  domain: [number, number],
  isLogarithmic: boolean,
  isWhole: boolean,
): Axis {
  const scale = isLogarithmic ? scaleLog(domain, ACROSS) : scaleLinear(domain, ACROSS);
  const isRound = (tick: number) => /^[125](e|$)/.test(tick.toExponential());
  const ticks = scale
    .ticks(FEW_TICKS)
    .filter((tick) => (!isWhole || Number.isInteger(tick)) && (!isLogarithmic || isRound(tick)));
  // A short range has perhaps no such number in it.
  const shown = ticks.length >= 2 ? ticks : domain;
  return {
    label,
    place: (value) => scale(Number(value)),
    ticks: shown.map((value) => ({ value, text: value < 1 ? String(value) : written(value) })),
  };
}

/** 1500 → "1,500", 1.5 → "1.5". */
function written(value: number): string {
  return Number.isInteger(value) ? count(value) : String(value);
}

/** Figures in the order of the trials, and the best until then. */
function coursePanel(trials: readonly Trial[], metric: Metric): Panel {
  let best = Number.POSITIVE_INFINITY;
  const course = trials.flatMap((trial) => {
    const figure = score(trial, metric);
    if (figure === null) return [];
    best = Math.min(best, figure);
    return [{ x: trial.number, figure, best }];
  });
  const bests = course.map((point) => ({ x: point.x, y: point.best, color: BEST_COLOR }));
  return {
    axis: numbersAxis("trial", [0.5, trials.length + 0.5], false, true),
    dots: course.map(({ x, figure }) => ({ x, y: figure, color: OTHER_COLOR })),
    lines: [{ points: bests, isStepped: true }],
  };
}

/** Each trial's figure at each rung that it came to. */
function rungsPanel(measured: readonly Trial[], metric: Metric): Panel {
  const lines = measured.map((trial, rank) => ({
    isStepped: false,
    points: trial.results.map((result) => ({
      x: result.steps,
      y: measure(result, metric)!,
      color: rank === 0 ? BEST_COLOR : OTHER_COLOR,
    })),
  }));
  lines.reverse();
  const dots = lines.flatMap(({ points }) => points);
  const steps = [...new Set(dots.map(({ x }) => x))].sort((left, right) => left - right);
  const domain: [number, number] = [steps[0], Math.max(steps.at(-1)!, steps[0] + 1)];
  const scale = scaleLog(domain, ACROSS);
  const axis: Axis = {
    label: "steps",
    place: (value) => scale(Number(value)),
    ticks: steps.map((value) => ({ value, text: count(value) })),
  };
  return { axis, dots, lines };
}
