import { type Command, Option } from "commander";
import { port } from "../flags/port.ts";

/** The options of `unrolled explore` as commander gives them. */
export interface ExploreOptions {
  readonly port?: number;
  readonly open: boolean;
  readonly text?: string;
  readonly export?: string;
  readonly force?: boolean;
}

export function addExploreCommand(program: Command): void {
  program
    .command("explore")
    .summary("look inside a model in the browser")
    .description(
      "Open the explorer in the browser: a network unrolled over your own text, with its numbers. It shows MODEL, or a small model " +
        "that comes with the package. Only this machine can open the page; Ctrl-C ends it. With --export, the page is written as a " +
        "static site instead, with model and text in it, which any server can host in any folder.",
    )
    .argument("[model]", "folder or file of the model")
    .option("--text <text>", "what the network reads at first (default: what the model writes)")
    .addOption(new Option("--port <n>", "port to serve on").argParser(port).default(undefined, "a free one"))
    .option("--no-open", "print the address of the page, and open no browser")
    .option("--export <dir>", "write the page and the model to this folder, and serve nothing")
    .option("--force", "replace a site that was exported to the folder before")
    .action(async (model: string | undefined, options: ExploreOptions) => {
      const { runExploreCommand } = await import("./explore.ts");
      await runExploreCommand(model, options);
    });
}
