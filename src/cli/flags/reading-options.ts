import { type Command, InvalidArgumentError, Option } from "commander";
import type { ReadModelOptions } from "../../open/read-model.ts";
import { holdStandardInput, inputText } from "../standard-input.ts";
import { names, numberThat, wholeNumber } from "./option-values.ts";

/** What a model's file may leave open, as commander gives it. */
export interface ReadingOptions {
  readonly nonlinearity?: "tanh" | "relu";
  readonly order?: readonly string[];
  readonly activation?: Readonly<Record<string, string>>;
  readonly returns?: "sequence" | "last";
  readonly kinds?: ReadModelOptions["kinds"] & {};
  readonly forgetBias?: number;
  readonly kerasConfig?: string;
  readonly maxBytes?: number;
}

const anyNumber = numberThat(Number.isFinite, "a number");

/** The options of every command that reads models from elsewhere. */
export function addReadingOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--nonlinearity <name>", "PyTorch: what its RNN uses, which a file does not say").choices([
        "tanh",
        "relu",
      ]),
    )
    .option("--order <layers>", "PyTorch: layers in the order they are run, with commas", names)
    .option(
      "--activation <layer=name>",
      "PyTorch: what follows a layer: relu, tanh, … or none; may be repeated",
      layerAndName,
    )
    .addOption(
      new Option(
        "--returns <steps>",
        "PyTorch: which outputs of the last recurrent layer the next one reads",
      ).choices(["sequence", "last"]),
    )
    .option(
      "--kinds <layer=kind>",
      "PyTorch: whether a matrix without a bias is an embedding or linear; may be repeated",
      layerAndKind,
    )
    .option(
      "--forget-bias <number>",
      "BasicLSTMCell: what it adds to the forget gate, 1 if not given",
      anyNumber,
    )
    .option("--keras-config <file>", "Keras: what model.to_json() gave, for a file of weights alone")
    .option("--max-bytes <n>", "most memory that the file may cause, in bytes", wholeNumber(1));
}

/** The same as the library has them. */
export async function readModelOptions(options: ReadingOptions): Promise<ReadModelOptions> {
  const { nonlinearity, order, activation, returns, kinds, forgetBias, kerasConfig, maxBytes } = options;
  await holdStandardInput(kerasConfig);
  return {
    ...(nonlinearity === undefined ? {} : { nonlinearity }),
    ...(order === undefined ? {} : { order }),
    ...(activation === undefined ? {} : { activations: activation as ReadModelOptions["activations"] & {} }),
    ...(returns === undefined ? {} : { returns }),
    ...(kinds === undefined ? {} : { kinds }),
    ...(forgetBias === undefined ? {} : { forgetBias }),
    ...(kerasConfig === undefined ? {} : { config: inputText(kerasConfig) }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  };
}

function layerAndName(text: string, before: Readonly<Record<string, string>> | undefined) {
  const [, layer, name] = /^(.+)=([a-z-]+)$/.exec(text) ?? [];
  if (layer === undefined)
    throw new InvalidArgumentError("Needed a layer and a function, such as head=relu.");
  return { ...before, [layer]: name };
}

function layerAndKind(text: string, before: ReadModelOptions["kinds"] | undefined) {
  const [, layer, kind] = /^(.+)=(embedding|linear)$/.exec(text) ?? [];
  if (layer === undefined)
    throw new InvalidArgumentError("Needed a layer and embedding or linear, such as words=embedding.");
  return { ...before, [layer]: kind as "embedding" | "linear" };
}
