import { type Command, InvalidArgumentError, Option } from "commander";

/** The options of `unrolled explore` as commander gives them. */
export interface ExploreOptions {
  readonly port?: number;
  readonly open: boolean;
}

export function addExploreCommand(program: Command): void {
  program
    .command("explore")
    .summary("look inside a model in the browser")
    .description(
      "Open the explorer in the browser: a network unrolled over your own text, with its numbers. It shows the model in DIR, or a " +
        "small one that comes with the package. Only this machine can open the page; Ctrl-C ends it.",
    )
    .argument("[dir]", "folder of the model")
    .addOption(new Option("--port <n>", "port to serve on").argParser(port).default(undefined, "a free one"))
    .option("--no-open", "print the address of the page, and open no browser")
    .action(async (folder: string | undefined, options: ExploreOptions) => {
      const { runExploreCommand } = await import("./explore.ts");
      await runExploreCommand(folder, options);
    });
}

function port(text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 1 && value <= 65535))
    throw new InvalidArgumentError("Needed a whole number from 1 to 65535.");
  return value;
}
