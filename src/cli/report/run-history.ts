import { LANGUAGE } from "../../tasks/language/language-description.ts";
import type { TaskDescription } from "../../tasks/task.ts";
import type { RunRecord } from "../log/run-log.ts";
import { Trend } from "../screen/trend.ts";

/** As many buckets as a chart has columns to show them in. */
const BUCKETS = 600;
const MOST_SAMPLES = 24;
const SAMPLE_CHARACTERS = 1500;
const MOST_NOTES = 200;

export interface Measured {
  readonly step: number;
  /** The number that counts. */
  readonly value: number;
  readonly found: RunRecord;
}

export interface Text {
  readonly step: number;
  readonly text: string;
}

/** What a report tells of a run, in bounded memory, whatever its length. */
export interface RunHistory {
  readonly task: TaskDescription;
  /** The settings and facts that the run had last; undefined in a log without a start. */
  readonly start: RunRecord | undefined;
  /** How it ended last; undefined where it was cut off. */
  readonly end: RunRecord | undefined;
  /** Times that the run was resumed. */
  readonly resumptions: number;
  /** The last step that the log tells of. */
  readonly steps: number;
  readonly loss: Trend;
  readonly heldOut: Trend;
  readonly learningRate: Trend;
  readonly gradientNorm: Trend;
  /** What the task counts, per second. */
  readonly pace: Trend;
  readonly best: Measured | undefined;
  readonly last: Measured | undefined;
  /** Spread over the run, the last among them. */
  readonly samples: readonly Text[];
  readonly notes: readonly Text[];
}

/** Reads a run's records, as `readRunLog` gives them. Where a step is told again, as by a run resumed from before it, the later counts. */
export function runHistory(records: Iterable<RunRecord>, task: TaskDescription = LANGUAGE): RunHistory {
  const { measure, better } = task.judge;
  const paceName = `${task.units}PerSecond`;
  const curves = {
    loss: new Trend(BUCKETS),
    heldOut: new Trend(BUCKETS),
    learningRate: new Trend(BUCKETS),
    gradientNorm: new Trend(BUCKETS),
    pace: new Trend(BUCKETS),
  };
  let [start, end]: (RunRecord | undefined)[] = [];
  let [best, last]: (Measured | undefined)[] = [];
  let starts = 0;
  let steps = 0;
  let samples: Text[] = [];
  let spacing = 1;
  let sampled = 0;
  let latest: Text | undefined;
  let notes: Text[] = [];

  for (const record of records) {
    const step = Number(record.step ?? 0);
    switch (record.type) {
      case "start":
        start = record;
        starts += 1;
        break;
      case "step":
        if (step <= steps) goBackBefore(step);
        steps = step;
        curves.loss.add(step, numberIn(record[task.loss]));
        curves.learningRate.add(step, numberIn(record.learningRate));
        curves.gradientNorm.add(step, numberIn(record.gradientNorm));
        if (numberIn(record[paceName]) > 0) curves.pace.add(step, numberIn(record[paceName]));
        end = undefined;
        break;
      case "eval": {
        const value = numberIn(record[measure]);
        if (!Number.isFinite(value)) break;
        curves.heldOut.cutBack(step - 1);
        // Beside the training loss, where the task measures that too.
        curves.heldOut.add(step, numberIn(record[task.loss] ?? value));
        last = { step, value, found: record };
        if (!best || (better === "less" ? value < best.value : value > best.value)) best = last;
        break;
      }
      case "sample":
        latest = { step, text: String(record.text).slice(0, SAMPLE_CHARACTERS) };
        samples = samples.filter((sample) => sample.step < step);
        if (sampled++ % spacing === 0) samples.push(latest);
        if (samples.length === MOST_SAMPLES) {
          samples = samples.filter((_, index) => index % 2 === 0);
          spacing *= 2;
        }
        break;
      case "note":
        notes = [...notes.slice(1 - MOST_NOTES), { step, text: String(record.text) }];
        break;
      case "end":
        end = record;
        break;
    }
  }
  if (latest && samples.at(-1)?.step !== latest.step) samples.push(latest);
  return {
    task,
    ...curves,
    start,
    end,
    resumptions: Math.max(0, starts - 1),
    steps,
    best,
    last,
    samples,
    notes,
  };

  function goBackBefore(step: number): void {
    for (const curve of Object.values(curves)) curve.cutBack(step - 1);
    samples = samples.filter((sample) => sample.step < step);
    notes = notes.filter((note) => note.step < step);
    if (latest && latest.step >= step) latest = samples.at(-1);
    if (last && last.step >= step) last = undefined;
    if (best && best.step >= step) best = undefined;
  }
}

/** JSON has no word for what is not a finite number; it writes null. */
function numberIn(value: unknown): number {
  return typeof value === "number" ? value : Number.NaN;
}
