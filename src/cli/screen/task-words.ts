// How the events of a task are told to people: the loss, what is counted, what was measured.
import { LANGUAGE } from "../../tasks/language/language-description.ts";
import type { LoopSettings } from "../../tasks/loop-settings.ts";
import type { TaskDescription } from "../../tasks/task.ts";
import type { AnyTrainingEvent, TrainingEvent } from "../../training/events.ts";
import { bytes, count, counted, duration, figure } from "./amounts.ts";
import { languageWords } from "./language-words.ts";

/** Numbers by name, as an event or a line of a log has them. */
export type Numbers = Readonly<Record<string, unknown>>;
type Start = Extract<AnyTrainingEvent | TrainingEvent, { type: "start" }>;
/** A name and what there is to say. */
export type Fact = readonly [string, string];

/** A task's own words. */
export interface TaskWords {
  /** One of what is counted: "character". */
  unit(settings: Numbers): string;
  /** "1.408 nats". */
  loss(value: number): string;
  /** What was measured: as it comes, at the end, in short, and in two parts. */
  quality(found: Numbers): string;
  result(found: Numbers): string;
  shortQuality(found: Numbers): string;
  figures(found: Numbers): readonly [string, string];
  /** What the model is, and what it learns from. */
  facts(start: Start, unit: string): readonly Fact[];
}

/** The words of a task; those of one that the command line does not know are made of its names. */
export function wordsOf(task: TaskDescription): TaskWords {
  if (task.name === LANGUAGE.name) return languageWords;
  const shown = (found: Numbers) =>
    Object.entries(
      figuresIn(
        found,
        task.figures?.filter((name) => name in found),
      ),
    ).map(([name, value]) => [name, typeof value === "number" ? figure(value) : "none"] as const);
  const all = (found: Numbers) =>
    shown(found)
      .map((each) => each.join(" "))
      .join(", ");
  const judged = (found: Numbers) => `${task.judge.measure} ${figure(Number(found[task.judge.measure]))}`;
  const lossUnit = task.loss.endsWith("Nats") ? " nats" : "";
  return {
    unit: () => task.units.replace(/s$/, ""),
    loss: (value) => `${figure(value)}${lossUnit}`,
    quality: all,
    result: all,
    shortQuality: judged,
    figures: (found) => [
      judged(found),
      shown(found)
        .filter(([name]) => name !== task.judge.measure)
        .map((each) => each.join(" "))
        .join(", "),
    ],
    facts: ({ parameters, baselines = {} }) => [
      ["Model", `${task.name}, ${counted(parameters, "parameter")}`],
      ...Object.entries(baselines).map(
        ([name, found]) =>
          [
            "To beat",
            `${name}: ${task.judge.measure in found ? judged({ ...found }) : all({ ...found })}`,
          ] as const,
      ),
    ],
  };
}

/** The numbers of a measurement that are told; all of them where a task does not say which. */
export function figuresIn(found: Numbers, names: readonly string[] | undefined): Numbers {
  const kept = names ?? Object.keys(found).filter((name) => isFigure(name, found[name]));
  return Object.fromEntries(kept.map((name) => [name, found[name]]));
}

function isFigure(name: string, value: unknown): boolean {
  return (typeof value === "number" || value === null) && name !== "step";
}

/** Facts that every task has. */
export function runFacts(event: Start, cutOffSteps = 0): readonly Fact[] {
  const { memoryBytes, secondsPerEpoch, stepsPerEpoch, totalSteps, threads, resumedAt } = event;
  const reach =
    totalSteps === null ? "" : `, ${duration((totalSteps / stepsPerEpoch) * secondsPerEpoch)} in all`;
  const why = event.threadsReason === undefined ? "" : `, since ${event.threadsReason}`;
  const ranks = event.ranks === undefined ? "" : `, ${counted(event.ranks, "rank")} of`;
  const many = threads === undefined ? "" : `${ranks || ","} ${counted(threads, "thread")}${why}`;
  return [
    ["Memory", bytes(memoryBytes)],
    ["Backend", `${event.backend}${many} (${event.backendReason})`],
    ["Time", `about ${duration(secondsPerEpoch)} per epoch of ${counted(stepsPerEpoch, "step")}${reach}`],
    ...(resumedAt === null
      ? []
      : [["Resumed", `after step ${count(resumedAt)}${againText(event, cutOffSteps)}`] as const]),
  ];
}

/** What a kill has cost, and why it is not more. */
function againText({ settings }: Start, cutOffSteps: number): string {
  const { checkpointEvery } = settings as { readonly checkpointEvery?: LoopSettings["checkpointEvery"] };
  if (cutOffSteps === 0 || !checkpointEvery) return "";
  const every =
    "steps" in checkpointEvery ? counted(checkpointEvery.steps, "step") : duration(checkpointEvery.seconds);
  return `; ${counted(cutOffSteps, "step")} after it had no checkpoint and ${cutOffSteps === 1 ? "is" : "are"} made again (never more than ${every}: --checkpoint-every)`;
}
