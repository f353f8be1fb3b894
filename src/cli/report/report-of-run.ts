import type { Surprise } from "../../tasks/language/evaluation/surprise.ts";
import type { TaskDescription } from "../../tasks/task.ts";
import { readRunLog } from "../log/run-log.ts";
import { reportHtml } from "./report-html.ts";
import { runHistory } from "./run-history.ts";

/** What a report is made from. */
export interface ReportSource {
  /** What the model is called: its folder's name. */
  readonly name: string;
  /** Path of the run's log. */
  readonly log: string;
  /** Of a held-out passage, by the model that is kept; null where nothing is held out. */
  readonly surprises: readonly Surprise[] | null;
  /** What was learned; a language model if not given. */
  readonly task?: TaskDescription;
  /** What the model's folder says was measured of it. */
  readonly evaluation?: object | undefined;
}

/** A run's report as a page. Throws the system's error if the log cannot be read. */
export function reportOfRun({ name, log, surprises, task, evaluation }: ReportSource): string {
  return reportHtml(name, runHistory(readRunLog(log), task), surprises, evaluation);
}
