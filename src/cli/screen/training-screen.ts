import stringWidth from "string-width";
import { bytes, clock, count, figure, short } from "./amounts.ts";
import { cut, fitSegments, type Segment, widthOf } from "./segments.ts";
import { sparkline } from "./sparkline.ts";
import type { Trend } from "./trend.ts";
import { wrappedText } from "./wrap.ts";

/** What stands beside it from this many columns on is the sample, not below. */
const WIDE_COLUMNS = 130;
const LEFT_SHARE = 0.55;
const NAME_COLUMNS = 10;
const SAMPLE_LINES = 4;
const TREND_LINES_WIDE = 4;
const LEAST_BAR = 8;

/** Where a run stands, as much as is known by now. */
export interface TrainingState {
  /** Done, as a share of 1. */
  readonly share: number;
  readonly secondsLeft: number;
  readonly step: number;
  readonly totalSteps: number | null;
  readonly epoch: number;
  readonly loss: number;
  /** With its unit. */
  readonly lossText: string;
  readonly trend: Trend;
  readonly heldOut: HeldOut | undefined;
  readonly best: HeldOut | undefined;
  readonly learningRate: number;
  readonly gradientNorm: number;
  readonly pace: number;
  /** What is counted in short: "char". */
  readonly unit: string;
  readonly memoryBytes: number;
  readonly sample: { readonly step: number; readonly text: string } | undefined;
}

export interface HeldOut {
  readonly step: number;
  /** The number that counts. */
  readonly value: number;
  /** It with its unit, and what else was found. */
  readonly main: string;
  readonly detail: string;
  readonly found: Readonly<Record<string, unknown>>;
}

/** How parts are set off; the text as it is where there are no colours. */
type Styles = Readonly<Record<"bold" | "dim" | "cyan", (text: string) => string>>;

/** The live view of a run: an empty line, then lines of at most `columns`, the most important first, `rows` at most. */
export function trainingScreen(
  state: TrainingState,
  columns: number,
  rows: number,
  styles: Styles,
): string[] {
  if (columns < WIDE_COLUMNS) {
    const lines = [...numbers(state, columns, 1, styles), ...sample(state, columns, SAMPLE_LINES, styles)];
    return ["", ...lines].slice(0, Math.max(1, rows));
  }
  const leftColumns = Math.floor(columns * LEFT_SHARE);
  const left = numbers(state, leftColumns, TREND_LINES_WIDE, styles);
  const right = sample(state, columns - leftColumns - 3, left.length - 1, styles);
  const lines = left.map((line, index) => {
    if (right.length === 0) return line;
    return `${line}${" ".repeat(leftColumns - stringWidth(line))} ${styles.dim("│")} ${right[index] ?? ""}`.trimEnd();
  });
  return ["", ...lines].slice(0, Math.max(1, rows));
}

function numbers(state: TrainingState, columns: number, trendLines: number, styles: Styles): string[] {
  const { step, totalSteps, epoch, pace, unit, learningRate, gradientNorm } = state;
  const steps = totalSteps === null ? count(step) : `${count(step)} of ${count(totalSteps)}`;
  return [
    progress(state, columns, styles),
    fitSegments(
      [
        { text: named("step", steps), weight: 3 },
        { text: `epoch ${epoch.toFixed(2)}`, weight: 1 },
        { text: pace > 0 ? `${short(pace)} ${unit}s/s` : "", weight: 2 },
      ],
      columns,
    ),
    ...loss(state, columns, trendLines, styles),
    ...heldOut(state, columns),
    fitSegments(
      [
        { text: named("gradient", figure(gradientNorm)), weight: 2 },
        { text: `learning rate ${Number(learningRate.toPrecision(3))}`, weight: 3 },
        { text: `memory ${bytes(state.memoryBytes)}`, weight: 1 },
      ],
      columns,
    ),
  ];
}

function named(name: string, value: string): string {
  return name.padEnd(NAME_COLUMNS) + value;
}

/** "59.8 %  ━━━━━━━━──────  1:02:41 left", the bar as long as there is room. */
function progress(
  { share, secondsLeft }: TrainingState,
  columns: number,
  { bold, dim, cyan }: Styles,
): string {
  const percent: Segment = {
    text: `${(100 * share).toFixed(1)} %`.padEnd(NAME_COLUMNS - 2),
    weight: 2,
    style: bold,
  };
  const left: Segment = { text: `${clock(secondsLeft)} left`, weight: 3 };
  const room = columns - widthOf([percent, left]) - 2;
  if (room < LEAST_BAR) return fitSegments([percent, left], columns);
  const done = Math.round(Math.min(1, Math.max(0, share)) * room);
  const bar = cyan("━".repeat(done)) + dim("─".repeat(room - done));
  return `${bold(percent.text)}  ${bar}  ${left.text}`;
}

function loss({ lossText, trend }: TrainingState, columns: number, lines: number, styles: Styles): string[] {
  const value = named("loss", lossText);
  const room = columns - value.length - 2;
  if (room < LEAST_BAR) return [fitSegments([{ text: value, weight: 1, style: styles.bold }], columns)];
  const indent = " ".repeat(value.length);
  return sparkline(trend.means(room), lines).map(
    (drawn, line) => `${line === 0 ? styles.bold(value) : indent}  ${styles.cyan(drawn)}`,
  );
}

function heldOut({ heldOut: now, best }: TrainingState, columns: number): string[] {
  if (!now || !best) return [];
  const isBest = best.step === now.step;
  const bestText = isBest ? "the best so far" : `best ${figure(best.value)} at step ${count(best.step)}`;
  return [
    fitSegments(
      [
        { text: named("held out", now.main), weight: 3 },
        { text: now.detail, weight: isBest ? 2 : 1 },
        { text: bestText, weight: isBest ? 1 : 2 },
      ],
      columns,
    ),
  ];
}

/** The latest sample: a heading and a few lines of it. */
function sample(
  { sample: latest }: TrainingState,
  columns: number,
  lines: number,
  { dim }: Styles,
): string[] {
  if (!latest) return [];
  const text = wrappedText(latest.text.trim(), columns - 2);
  return [
    cut(`sample after ${count(latest.step)} steps`, columns),
    ...text.slice(0, lines).map((line) => `  ${dim(cut(line, columns - 2))}`),
  ];
}
