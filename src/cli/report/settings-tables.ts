// What a run's log says at its start, as two tables in plain words: what was asked for, and what is known of model and data.
import { isRecord } from "../../options/field-checks.ts";
import { LOOP_OPTIONS } from "../../tasks/loop-settings.ts";
import type { TaskDescription } from "../../tasks/task.ts";
import type { RunRecord } from "../log/run-log.ts";
import { bytes, count, counted, duration, figure } from "../screen/amounts.ts";
import { escaped } from "./escaped.ts";

/** What of the log's start is a fact of the run; all else there is a setting. */
const FACTS: Readonly<Record<string, (value: number) => string>> = {
  parameters: count,
  vocabSize: count,
  trainingTokens: count,
  validationTokens: count,
  trainingExamples: count,
  validationExamples: count,
  unknownTokens: count,
  stepsPerEpoch: count,
  totalSteps: count,
  memoryBytes: bytes,
  secondsPerEpoch: duration,
  threads: count,
};
const OTHER_FACTS: readonly string[] = ["judge", "baselines", "resumedAt", "threadsReason"];
const NOT_SHOWN = ["type", "time"];

/** Names that are not the setting's own, letter for letter. */
const NAMES: Readonly<Record<string, string>> = {
  memoryBytes: "memory",
  secondsPerEpoch: "time per epoch",
  seqLength: "sequence length",
  vocabSize: "vocabulary",
  valFraction: "held-out share",
  gradClip: "gradients clipped to",
  evalEvery: "measured every",
  sampleEvery: "sample every",
  lrSchedule: "learning rate's course",
  lrWarmup: "learning rate's warm-up",
  lrFactor: "learning rate's factor",
  lrDecayFrom: "learning rate falls from epoch",
  lrPatience: "learning rate's patience",
  asgdPatience: "averaging's patience",
  resumedAt: "resumed after step",
  judge: "best by",
};
/** Settings that count steps. */
const OF_STEPS: readonly string[] = ["evalEvery", "sampleEvery", "lrWarmup"];

/** The tables; a setting's row says under the pointer what it is. */
export function settingsTables(start: RunRecord, task: TaskDescription): string {
  const entries = Object.entries(start).filter(([key]) => !NOT_SHOWN.includes(key));
  const isFact = ([key]: [string, unknown]) =>
    key in FACTS || OTHER_FACTS.includes(key) || key.startsWith("backend");
  const row = ([key, value]: [string, unknown]) => {
    const help = { ...LOOP_OPTIONS, ...task.options }[key]?.help;
    const title = help === undefined ? "" : ` title="${escaped(help)}"`;
    return `<tr${title}><td>${escaped(nameOf(key))}</td><td>${escaped(valueText(key, value))}</td></tr>`;
  };
  const table = (title: string, rows: [string, unknown][]) =>
    `<section><h2>${title}</h2><table>${rows.map(row).join("")}</table></section>`;
  const settings = entries.filter((entry) => !isFact(entry));
  return `<div class="tables">${table("Settings", settings)}${table("Model and run", entries.filter(isFact))}</div>`;
}

/** A setting in plain words: its name, and its value with its unit. */
export function settingWords(key: string, value: unknown): readonly [string, string] {
  return [nameOf(key), valueText(key, value)];
}

/** "hiddenSize" → "hidden size"; a unit stands by the value instead. */
function nameOf(key: string): string {
  return NAMES[key] ?? key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function valueText(key: string, value: unknown): string {
  if (value === null || value === undefined) return "none";
  if (typeof value === "number" && FACTS[key]) return FACTS[key](value);
  if (typeof value === "number" && OF_STEPS.includes(key)) {
    if (value > 0) return counted(value, "step");
    return key === "evalEvery" ? "at the end" : "none";
  }
  return plain(value);
}

/** Plain data as people say it: an interval as time or steps, numbers by name, lists with commas. */
function plain(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(plain).join(", ");
  if (typeof value === "number")
    return String(Number.isInteger(value) ? value : Number(value.toPrecision(6)));
  if (!isRecord(value)) return String(value ?? "none");
  const { seconds, steps, measure, better } = value;
  if (typeof seconds === "number") return duration(seconds);
  if (typeof steps === "number") return counted(steps, "step");
  if (typeof measure === "string") return `${nameOf(measure)}, ${better} is better`;
  const entries = Object.entries(value);
  if (entries.length === 0) return "none";
  return entries
    .map(([name, each]) => `${nameOf(name)} ${typeof each === "number" ? rounded(each) : plain(each)}`)
    .join(", ");
}

function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : figure(value);
}
