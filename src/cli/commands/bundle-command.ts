import { type Command, InvalidArgumentError, Option } from "commander";

/** How a bundle's weights are stored. */
export type BundledPrecision = "float32" | "float16" | "int8";

/** The options of `unrolled bundle` as commander gives them. */
export interface BundleOptions {
  readonly out: string;
  readonly dtype?: BundledPrecision;
  readonly global?: string;
  readonly force?: true;
  readonly json?: true;
}

export function addBundleCommand(program: Command): void {
  program
    .command("bundle")
    .summary("write a model as one file of JavaScript")
    .description(
      "Write the model at MODEL as one ES module, weights and kernels in it: a page, a worker or a server imports it and has the model, " +
        "with no package and no other request. What it exports is in the .d.ts beside it: predict, of language models generate too, " +
        "and load, which gives the network. OUT is written whole or not at all.",
    )
    .argument("<model>", "folder of the model, or a file that convert reads without options")
    .requiredOption("--out <file>", "the module to write, .js or .mjs")
    .addOption(
      new Option("--dtype <type>", "how weights are stored")
        .choices(["float32", "float16", "int8"])
        .default(undefined, "as the model has them"),
    )
    .option(
      "--global <name>",
      "write a script instead, for pages without modules: it sets this name to what the module exports",
      globalName,
    )
    .option("--force", "replace what is at OUT")
    .option("--json", "one JSON object on stdout")
    .action(async (model: string, options: BundleOptions) => {
      const { runBundleCommand } = await import("./bundle.ts");
      await runBundleCommand(model, options);
    });
}

function globalName(text: string): string {
  if (/^[A-Za-z_$][\w$]*$/.test(text)) return text;
  throw new InvalidArgumentError("Needed a name as a variable's, such as shakespeare.");
}
