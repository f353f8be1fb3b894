import type { Command } from "commander";

/** The options of `unrolled report` as commander gives them. */
export interface ReportOptions {
  readonly out: string;
  readonly force?: true;
  readonly json?: true;
}

export function addReportCommand(program: Command): void {
  program
    .command("report")
    .summary("make a page of a training's log")
    .description(
      "Make a page of LOG, which a training has written, one JSON object a line: curves of the losses, of the learning rate and of the " +
        "speed, the settings, and what it came to. `unrolled train` makes one by itself; this is for programs that train by the " +
        "library's fit or train and write the lines that logLine gives.",
    )
    .argument("<log>", "file of the log; -: standard input")
    .option("--out <file>", "file to write", "report.html")
    .option("--force", "replace a file that is there")
    .option("--json", "one JSON object on stdout that names the file")
    .action(async (log: string, options: ReportOptions) => {
      const { runReportCommand } = await import("./report.ts");
      await runReportCommand(log, options);
    });
}
