import { type Command, Option } from "commander";
import type { StoredPrecision } from "../../formats/stored-as.ts";
import type { BackendChoice } from "../../kernels/backend.ts";
import { backendOption } from "../flags/backend-option.ts";
import { addReadingOptions, type ReadingOptions } from "../flags/reading-options.ts";

/** What a model is written as. */
export type Target = "safetensors" | "onnx" | "keras" | "folder";

/** The options of `unrolled convert` as commander gives them. */
export interface ConvertOptions extends ReadingOptions {
  readonly to?: Target;
  readonly dtype: StoredPrecision;
  readonly eval?: string;
  readonly force?: true;
  readonly backend: BackendChoice;
  readonly json?: true;
}

export function addConvertCommand(program: Command): void {
  const command = program
    .command("convert")
    .summary("write a model in another format, or in fewer bits")
    .description(
      "Read the model at IN (made here, or safetensors, PyTorch, Keras, TensorFlow.js) and write it at OUT: as safetensors, " +
        "as ONNX, as weights of Keras (.h5), or as a folder. float16, bfloat16 and int8 (a scale for each row) are for " +
        "safetensors and folders. A translator, or what describes pictures, becomes encoder.onnx and decoder.onnx in a folder OUT " +
        "with --to onnx, a transducer joiner.onnx too. OUT is written whole or not at all.",
    )
    .argument("<in>", "file or folder of the model; -: a file from standard input")
    .argument("<out>", "file or folder to write")
    .addOption(
      new Option("--to <format>", "what to write; by OUT's name if not given").choices([
        "safetensors",
        "onnx",
        "keras",
        "folder",
      ]),
    )
    .addOption(
      new Option("--dtype <type>", "how weights are stored")
        .choices(["float32", "float16", "bfloat16", "int8"])
        .default("float32"),
    )
    .option("--eval <file>", "measure a language model on this text, before and after")
    .option("--force", "replace what is at OUT");
  addReadingOptions(command)
    .addOption(backendOption())
    .option("--json", "one JSON object on stdout")
    .action(async (from: string, to: string, options: ConvertOptions) => {
      const { runConvertCommand } = await import("./convert.ts");
      await runConvertCommand(from, to, options);
    });
}
