import type { Command } from "commander";
import type { BackendChoice } from "../../kernels/backend.ts";
import { backendOption } from "../flags/backend-option.ts";
import { addReadingOptions, type ReadingOptions } from "../flags/reading-options.ts";

/** The options of `unrolled info` as commander gives them. */
export interface InfoOptions extends ReadingOptions {
  readonly backend: BackendChoice;
  readonly json?: true;
}

export function addInfoCommand(program: Command): void {
  const command = program
    .command("info")
    .summary("describe a model")
    .description(
      "Describe a model. Of one made here: cell, sizes, vocabulary, how it was trained and how good it is. Of one from " +
        "elsewhere (safetensors, PyTorch, Keras, TensorFlow.js, ONNX): layers, shapes, where each gate lies in the file's " +
        "own order, inputs and outputs; of ONNX the operators, and which are not supported.",
    )
    .argument("<model>", "folder or file of the model; -: a file from standard input");
  addReadingOptions(command)
    .addOption(backendOption())
    .option("--json", "one JSON object on stdout")
    .action(async (path: string, options: InfoOptions) => {
      const { runInfoCommand } = await import("./info.ts");
      await runInfoCommand(path, options);
    });
}
