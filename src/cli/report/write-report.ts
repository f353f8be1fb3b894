import { renameSync, rmSync, writeFileSync } from "node:fs";
import type { Surprise } from "../../models/surprise.ts";
import { readRunLog } from "../run-log.ts";
import { reportHtml } from "./report-html.ts";
import { runHistory } from "./run-history.ts";

/** What a report is written from. */
export interface ReportSource {
  /** What the model is called: its folder's name. */
  readonly name: string;
  /** Path of the run's log. */
  readonly log: string;
  /** Of a held-out passage, by the model that is kept; null where nothing is held out. */
  readonly surprises: readonly Surprise[] | null;
}

/** Writes a run's report, whole or not at all. Throws the system's error if the log cannot be read or the report not written. */
export function writeReport(path: string, { name, log, surprises }: ReportSource): void {
  const html = reportHtml(name, runHistory(readRunLog(log)), surprises);
  const temporary = `${path}.writing-${process.pid}`;
  try {
    writeFileSync(temporary, html);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
