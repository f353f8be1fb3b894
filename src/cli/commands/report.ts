import { basename } from "node:path";
import { LANGUAGE } from "../../tasks/language/language-description.ts";
import type { TaskDescription } from "../../tasks/task.ts";
import { CommandError } from "../failure.ts";
import { printJson } from "../json-lines.ts";
import { type RunRecord, readRunLog } from "../log/run-log.ts";
import { reportOfRun } from "../report/report-of-run.ts";
import { holdStandardInput } from "../standard-input.ts";
import { requireFree, writeOutput } from "../write-output.ts";
import type { ReportOptions } from "./report-command.ts";

/** `unrolled report`: a page of what a log tells. */
export async function runReportCommand(log: string, { out, force, json }: ReportOptions): Promise<void> {
  requireFree(out, "file", force ?? false);
  await holdStandardInput(log);
  const task = taskOf(log, recordsOf(log));
  const page = reportOfRun({ name: basename(log), log, surprises: null, task });
  await writeOutput(out, new TextEncoder().encode(page));
  if (json) return printJson({ log, path: out, task: task.name });
  process.stdout.write(`${out}\n`);
}

function* recordsOf(log: string): Generator<RunRecord> {
  try {
    yield* readRunLog(log);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    throw new CommandError(`${log} cannot be read: ${error.message}`);
  }
}

/** What was learned, by what the log says of itself. */
function taskOf(log: string, records: Iterable<RunRecord>): TaskDescription {
  let start: RunRecord | undefined;
  for (const record of records) {
    if (record.type === "start") start = record;
    if (record.type !== "step") continue;
    if (start?.task === LANGUAGE.name) return LANGUAGE;
    const names = Object.keys(record);
    const loss = names.find((name) => /^loss/.test(name)) ?? "loss";
    const units = names.find((name) => name.endsWith("PerSecond"))?.replace("PerSecond", "") ?? "examples";
    const judge = (start?.judge as TaskDescription["judge"] | undefined) ?? { measure: loss, better: "less" };
    return { name: String(start?.task ?? "training"), options: {}, loss, units, judge };
  }
  throw new CommandError(`${log} tells of no step of a training; it is made of the lines that logLine gives`);
}
