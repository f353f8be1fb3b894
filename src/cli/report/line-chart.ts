// A chart as SVG: a function from numbers to text, so that it needs no browser. Colours are the page's (classes), so that it is
// at home on dark and on light ground.
import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from "d3-scale";
import { area, line } from "d3-shape";
import { count, short } from "../screen/amounts.ts";
import { escaped } from "./escaped.ts";

const MARGIN = { top: 10, right: 14, bottom: 26, left: 52 };
const TEXT_HEIGHT = 18;
const TITLE_HEIGHT = 20;
/** So few points are shown one by one. */
const MOST_DOTS = 60;

export interface Point {
  readonly x: number;
  readonly y: number;
  /** What the values that a point stands for reach from and to. */
  readonly least?: number;
  readonly most?: number;
}

/** One line of a chart; `className` gives its colour. */
export interface Series {
  readonly name: string;
  readonly className: string;
  readonly points: readonly Point[];
  readonly hasDots?: boolean;
}

export interface Chart {
  readonly title: string;
  readonly series: readonly Series[];
  readonly scale: "linear" | "logarithmic";
  /** What the horizontal axis counts; "steps" if not given. */
  readonly over?: string;
  /** Of that axis; linear if not given. */
  readonly horizontal?: "linear" | "logarithmic";
  /** Whether the title stands above the chart, or only in its description. */
  readonly hasTitle?: boolean;
  readonly width: number;
  readonly height: number;
}

/** The chart, as an <svg> element; an empty text where there is no point to show. */
export function lineChart(chart: Chart): string {
  const {
    title,
    series,
    scale,
    over = "steps",
    horizontal = "linear",
    hasTitle = false,
    width,
    height,
  } = chart;
  const points = series.flatMap((one) => one.points);
  if (points.length === 0) return "";
  const across = [MARGIN.left, width - MARGIN.right];
  const domain = domainOf(points.map((point) => point.x));
  const x = horizontal === "linear" ? scaleLinear(domain, across) : scaleLog(domain, across).base(2);
  const top = MARGIN.top + (hasTitle ? TITLE_HEIGHT : 0);
  const y = verticalScale(points, scale, [height - MARGIN.bottom, top]);
  const rounded = (value: number) => Math.round(value * 10) / 10;
  const placed = (point: Point) => [rounded(x(point.x)), rounded(y(point.y))] as const;

  const rows = apart(ticksOf(y, Math.max(3, Math.round(height / 45))), y).map((tick) => {
    const place = rounded(y(tick));
    return (
      `<line class="grid" x1="${MARGIN.left}" x2="${width - MARGIN.right}" y1="${place}" y2="${place}"/>` +
      `<text x="${MARGIN.left - 8}" y="${place + 4}" text-anchor="end">${tickText(tick)}</text>`
    );
  });
  const columns = x
    .ticks(Math.max(2, Math.round(width / 110)))
    .filter((tick) => Number.isInteger(tick))
    .map(
      (tick) =>
        `<text x="${rounded(x(tick))}" y="${height - 8}" text-anchor="middle">${tickText(tick)}</text>`,
    );
  const bands = series.map(({ className, points: course }) => {
    if (!course.some(({ least, most }) => least !== most)) return "";
    const reach = area<Point>()
      .x((point) => rounded(x(point.x)))
      .y0((point) => rounded(y(point.least ?? point.y)))
      .y1((point) => rounded(y(point.most ?? point.y)));
    return `<path class="band ${className}" d="${reach(course)}"/>`;
  });
  const lines = series.map(({ className, name, points: course, hasDots }) => {
    const path = line<Point>(
      (point) => placed(point)[0],
      (point) => placed(point)[1],
    )(course);
    const isDotted = course.length === 1 || (hasDots === true && course.length <= MOST_DOTS);
    const dots = course.map((point) => {
      const [cx, cy] = placed(point);
      const told = escaped(
        `${over === "steps" ? "step " : ""}${count(point.x)}${over === "steps" ? "" : ` ${over}`}: ${name} ${tickText(point.y, 4)}`,
      );
      return `<circle class="${className}" cx="${cx}" cy="${cy}" r="3"><title>${told}</title></circle>`;
    });
    return `<path class="line ${className}" d="${path}"/>${isDotted ? dots.join("") : ""}`;
  });
  const heading = hasTitle ? [`<text class="title" x="${MARGIN.left}" y="16">${escaped(title)}</text>`] : [];
  const parts = [...heading, ...rows, ...columns, ...bands, ...lines].join("");
  const size = hasTitle ? ` width="${width}" height="${height}"` : "";
  return `<svg viewBox="0 0 ${width} ${height}"${size} role="img" aria-label="${escaped(title)} over ${over}">${parts}</svg>`;
}

type Scale = ScaleContinuousNumeric<number, number>;

function verticalScale(points: readonly Point[], kind: Chart["scale"], range: readonly number[]): Scale {
  const values = points.flatMap(({ y, least = y, most = y }) => [least, most]);
  const [least, most] = domainOf(values);
  if (kind === "linear") return scaleLinear([Math.min(0, least), most], range);
  const above = values.filter((value) => value > 0);
  if (above.length === 0) return scaleLinear([least, most], range);
  // What is not above zero has no place on this scale; it is drawn at the bottom.
  const [low, high] = domainOf(above);
  return scaleLog([Math.max(low, Math.min(...above) / 2), high], range).clamp(true);
}

/** The least and the greatest, set apart if they are one. */
function domainOf(values: readonly number[]): [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (least < most) return [least, most];
  const apart = Math.abs(least) / 2 || 1;
  return [least - apart, most + apart];
}

/** Round numbers; a logarithmic scale's own are powers of ten, of which a loss meets one or two. */
function ticksOf(scale: Scale, wanted: number): number[] {
  const [least, most] = scale.domain();
  if (least > 0 && most / least > 30) return thinned(scale.ticks(wanted), wanted);
  return scaleLinear([least, most], [0, 1]).ticks(wanted);
}

/** Those whose texts do not touch; a logarithmic scale has large numbers close together. */
function apart(ticks: readonly number[], scale: Scale): number[] {
  let last = Number.POSITIVE_INFINITY;
  return ticks.filter((tick) => {
    if (last - scale(tick) < TEXT_HEIGHT) return false;
    last = scale(tick);
    return true;
  });
}

function thinned(ticks: number[], wanted: number): number[] {
  const leading = ticks.filter((tick) => /^[1]/.test(tick.toExponential()));
  return leading.length >= 2 ? leading.slice(0, 2 * wanted) : ticks.slice(0, 2 * wanted);
}

function tickText(value: number, figures = 3): string {
  if (Math.abs(value) >= 1000) return short(value).replace(/\.0+(?=\D)|(?<=\.\d+)0+(?=\D)/, "");
  return String(Number(value.toPrecision(figures)));
}
