import type { Command } from "commander";
import type { BackendChoice } from "../kernels/backend.ts";
import { backendOption } from "./backend-option.ts";

/** The options of `unrolled info` as commander gives them. */
export interface InfoOptions {
  readonly backend: BackendChoice;
  readonly json?: true;
}

export function addInfoCommand(program: Command): void {
  program
    .command("info")
    .summary("say what a model is")
    .description(
      "Say what the model in DIR is: cell, sizes, parameters, vocabulary, how it was trained, how good it was " +
        "found to be, and the backend that would run it here.",
    )
    .argument("<dir>", "folder of the model")
    .addOption(backendOption())
    .option("--json", "one JSON object on stdout")
    .action(async (folder: string, options: InfoOptions) => {
      const { runInfoCommand } = await import("./info.ts");
      await runInfoCommand(folder, options);
    });
}
