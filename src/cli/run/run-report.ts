import { join } from "node:path";
import { openTokens } from "../../data/token-file.ts";
import type { PreparedCorpus } from "../../data/token-file-ref.ts";
import type { BackendChoice } from "../../kernels/backend.ts";
import { camelCaseKeys } from "../../models/folder-files.ts";
import { isRecord } from "../../options/field-checks.ts";
import { readRegularText } from "../../platform/node-files.ts";
import { surprises } from "../../tasks/language/evaluation/surprise.ts";
import type { TaskDescription } from "../../tasks/task.ts";
import { CommandError, whyNotWritten } from "../failure.ts";
import { openLanguageFolder } from "../model-folder.ts";
import { reportOfRun } from "../report/report-of-run.ts";
import { writeAtomically } from "./atomic-write.ts";
import { LOG_FILE, REPORT_FILE, type RunFolder } from "./run-folder.ts";

/** Tokens of the held-out text that are shown with their surprise. */
const PASSAGE_TOKENS = 2000;

/** What config.json says was measured of the model of a network's task; nothing where there is none to read. */
function evaluationIn(folder: RunFolder): object | undefined {
  try {
    const { evaluation } = JSON.parse(readRegularText(folder.at("config.json")));
    return isRecord(evaluation) ? camelCaseKeys(evaluation) : undefined;
  } catch {
    return undefined;
  }
}

/** Writes report.html: what the log tells, and how the model that was kept reads the beginning of the held-out text. */
export async function writeRunReport(
  folder: RunFolder,
  corpus: PreparedCorpus | undefined,
  backend: BackendChoice,
  task: TaskDescription,
): Promise<void> {
  let passage: Awaited<ReturnType<typeof surprises>> | null = null;
  const validation = corpus?.validation;
  if (validation) {
    const ids = new Int32Array(Math.min(PASSAGE_TOKENS, validation.length));
    openTokens(validation).read(0, ids);
    passage = await surprises(await openLanguageFolder(folder.path, backend), ids, {
      maxTokens: PASSAGE_TOKENS,
    });
  }
  const report = reportOfRun({
    name: folder.path,
    log: folder.at(LOG_FILE),
    surprises: passage,
    task,
    evaluation: evaluationIn(folder),
  });
  try {
    await writeAtomically(folder.at(REPORT_FILE), report);
  } catch (error) {
    const reason = whyNotWritten(error);
    if (reason === undefined) throw error;
    throw new CommandError(
      `${join(folder.path, REPORT_FILE)} cannot be written: ${reason}; the model is whole, only its report is missing`,
    );
  }
}
