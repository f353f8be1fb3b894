import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { Parameter } from "./parameter.ts";
import type { SweepPlan } from "./plan.ts";
import { type Metric, measure, ranked, score, type Trial } from "./trial.ts";

const PANEL_WIDTH = 300;
const PANEL_HEIGHT = 230;
const TITLE_HEIGHT = 34;
const MOST_PANELS_ACROSS = 3;
const BEST_COLOR = "#d9480f";
const OTHER_COLOR = "#1c6fb5";

type Panel = NonNullable<Parameters<typeof Plot.plot>[0]>;

/** A picture of a sweep (SVG): the metric against each parameter, and as the sweep went on; the best trial stands out. */
export function sweepSvg({ parameters, metric, search }: SweepPlan, trials: readonly Trial[]): string {
  const { document } = parseHTML("<html><body></body></html>");
  const measured = ranked(trials, metric);
  const panels: Panel[] =
    measured.length === 0
      ? []
      : [
          ...parameters.map((parameter) => parameterPanel(parameter, measured, metric)),
          search === "halving" ? rungsPanel(measured, metric) : coursePanel(trials, metric),
        ];
  const across = Math.max(1, Math.min(MOST_PANELS_ACROSS, panels.length));
  const width = across * PANEL_WIDTH;
  const height = TITLE_HEIGHT + Math.max(1, Math.ceil(panels.length / across)) * PANEL_HEIGHT;

  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  setAll(svg, { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}` });
  setAll(svg, { "font-family": "system-ui, sans-serif", "font-size": 10 });
  const background = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  setAll(background, { width, height, fill: "white" });
  const title = document.createElementNS("http://www.w3.org/2000/svg", "text");
  setAll(title, { x: 14, y: 22, "font-size": 14, "font-weight": 600 });
  title.textContent = titleOf(measured, trials.length, metric);
  svg.append(background, title);
  for (const [index, panel] of panels.entries()) {
    const plot = Plot.plot({
      ...panel,
      document: document as unknown as Document,
      width: PANEL_WIDTH,
      height: PANEL_HEIGHT,
      marginLeft: 48,
      marginBottom: 40,
      marginTop: 24,
      style: { background: "none", overflow: "visible" },
    });
    setAll(plot, {
      x: (index % across) * PANEL_WIDTH,
      y: TITLE_HEIGHT + Math.floor(index / across) * PANEL_HEIGHT,
    });
    svg.append(plot);
  }
  return `${svg.outerHTML}\n`;
}

function titleOf(measured: readonly Trial[], trials: number, metric: Metric): string {
  if (measured.length === 0) return `No trial of ${trials} has a result`;
  const [best] = measured;
  return `${metric} of ${measured.length} of ${trials} trials; the best is trial ${best.number} with ${score(best, metric)!.toFixed(4)}`;
}

/** Each trial's figure against its value of one parameter. */
function parameterPanel(parameter: Parameter, measured: readonly Trial[], metric: Metric): Panel {
  const { key } = parameter;
  const isContinuous = parameter.kind === "range";
  const dots = measured.map((trial, rank) => ({
    value: isContinuous ? trial.settings[key] : String(trial.settings[key]),
    figure: score(trial, metric)!,
    color: rank === 0 ? BEST_COLOR : OTHER_COLOR,
  }));
  // The best is drawn last, over the others.
  dots.reverse();
  const scale = isContinuous
    ? rangeScale(parameter)
    : { type: "point" as const, domain: parameter.values.map(String) };
  return {
    x: { ...scale, label: key },
    y: { label: metric, grid: true, nice: true },
    marks: [
      Plot.dot(dots, { x: "value", y: "figure", stroke: "color", fill: "color", fillOpacity: 0.45, r: 3.5 }),
    ],
  };
}

const FEW_TICKS = 4;
const MANY_TICKS = 8;
const WIDE = 4;

/** An axis from min to max, its ticks as people would write them. */
function rangeScale({
  min,
  max,
  scale,
  whole,
}: Extract<Parameter, { kind: "range" }>): NonNullable<Panel["x"]> {
  const isRound = (tick: number) =>
    /^[125]0*$/.test(String(Number(tick.toExponential().split("e")[0]) * 100));
  const tickFormat = (tick: number) =>
    (whole && !Number.isInteger(tick)) || (scale === "log" && max / min >= WIDE && !isRound(tick))
      ? ""
      : String(tick);
  const all = Array.from({ length: max - min < MANY_TICKS ? max - min + 1 : 0 }, (_, index) => min + index);
  const ticks = whole && scale === "linear" && all.length > 0 ? all : FEW_TICKS;
  return { type: scale, domain: [min, max], ticks, tickFormat };
}

/** Figures in the order of the trials, and the best until then. */
function coursePanel(trials: readonly Trial[], metric: Metric): Panel {
  let best = Number.POSITIVE_INFINITY;
  const course = trials.flatMap((trial) => {
    const figure = score(trial, metric);
    if (figure === null) return [];
    best = Math.min(best, figure);
    return [{ trial: trial.number, figure, best }];
  });
  return {
    x: {
      label: "trial",
      ticks: 4,
      domain: [0.5, trials.length + 0.5],
      tickFormat: (tick: number) => String(tick),
    },
    y: { label: metric, grid: true, nice: true },
    marks: [
      Plot.dot(course, {
        x: "trial",
        y: "figure",
        stroke: OTHER_COLOR,
        fill: OTHER_COLOR,
        fillOpacity: 0.45,
        r: 3,
      }),
      Plot.line(course, { x: "trial", y: "best", stroke: BEST_COLOR, curve: "step-after" }),
    ],
  };
}

/** Each trial's figure at each rung that it came to. */
function rungsPanel(measured: readonly Trial[], metric: Metric): Panel {
  const points = measured.flatMap((trial, rank) =>
    trial.results.map((result) => ({
      trial: trial.number,
      steps: result.steps,
      figure: measure(result, metric),
      color: rank === 0 ? BEST_COLOR : OTHER_COLOR,
    })),
  );
  points.reverse();
  return {
    x: {
      type: "log",
      label: "steps",
      ticks: [...new Set(points.map(({ steps }) => steps))],
      tickFormat: (tick: number) => tick.toLocaleString("en-US"),
    },
    y: { label: metric, grid: true, nice: true },
    marks: [
      Plot.line(points, { x: "steps", y: "figure", z: "trial", stroke: "color", strokeOpacity: 0.7 }),
      Plot.dot(points, { x: "steps", y: "figure", stroke: "color", fill: "color", r: 2.5 }),
    ],
  };
}

function setAll(
  element: Pick<Element, "setAttribute">,
  attributes: Readonly<Record<string, string | number>>,
): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}
