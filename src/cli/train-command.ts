import { type Command, Option } from "commander";
import { DEFAULT_SETTINGS as defaults } from "../training/resolve.ts";
import { backendOption } from "./backend-option.ts";
import { aboveZero, atLeastZero, wholeNumber, zeroToBelowOne } from "./option-values.ts";

/** The options of `unrolled train` as commander gives them; what was not given is missing. */
export interface TrainOptions {
  readonly out: string;
  readonly force?: true;
  readonly json?: true;
  readonly val?: string;
  readonly cell?: "elman" | "lstm" | "gru";
  readonly nonlinearity?: "tanh" | "relu";
  readonly hiddenSize?: number;
  readonly numLayers?: number;
  readonly embeddingSize?: number;
  readonly dropout?: number;
  readonly tieWeights?: true;
  readonly tokenizer?: "char" | "byte" | "word";
  readonly vocabSize?: number;
  readonly seqLength?: number;
  readonly batchSize?: number;
  readonly steps?: number;
  readonly epochs?: number;
  readonly minutes?: number;
  readonly optimizer?: "adamw" | "adam" | "sgd" | "rmsprop";
  readonly learningRate?: number;
  readonly lrSchedule?: "constant" | "cosine" | "step";
  readonly gradClip?: number;
  readonly weightDecay?: number;
  readonly valFraction?: number;
  readonly evalEvery?: number;
  readonly sampleEvery?: number;
  readonly seed?: number;
  readonly backend: typeof defaults.backend;
}

export function addTrainCommand(program: Command): void {
  const [budgetKind, budgetAmount] = Object.entries(defaults.budget)[0];
  // The defaults are the library's: here they are only named.
  const option = (flags: string, description: string, byDefault?: string | number) =>
    new Option(flags, description).default(undefined, byDefault?.toString());

  program
    .command("train")
    .summary("train a language model on text")
    .description(
      "Train a language model on the texts FILE... (UTF-8, read one after another) and save it in a folder. " +
        "Ctrl-C keeps the best model so far.",
    )
    .argument("<file...>", "texts to learn from")
    .optionsGroup("Where the model goes:")
    .requiredOption("--out <dir>", "folder to save the model in")
    .option("--force", "replace the model that is there")
    .optionsGroup("Text:")
    .addOption(
      option("--tokenizer <kind>", "what a token is", defaults.tokenizer).choices(["char", "byte", "word"]),
    )
    .addOption(
      option("--vocab-size <n>", "words: size of the vocabulary, <unk> included", "10000").argParser(
        wholeNumber(2),
      ),
    )
    .addOption(
      option(
        "--val-fraction <share>",
        "share of the text, its last part, that is held out to measure on",
        defaults.valFraction,
      )
        .argParser(zeroToBelowOne)
        .conflicts("val"),
    )
    .addOption(option("--val <file>", "text to measure on instead"))
    .optionsGroup("Model:")
    .addOption(option("--cell <kind>", "recurrent cell", defaults.cell).choices(["elman", "lstm", "gru"]))
    .addOption(
      option("--nonlinearity <kind>", "of the Elman cell", defaults.nonlinearity).choices(["tanh", "relu"]),
    )
    .addOption(option("--hidden-size <n>", "units per layer", defaults.hiddenSize).argParser(wholeNumber(1)))
    .addOption(option("--num-layers <n>", "layers", defaults.numLayers).argParser(wholeNumber(1)))
    .addOption(
      option(
        "--embedding-size <n>",
        "numbers per token at the input",
        `${defaults.embeddingSize}; with --tie-weights the hidden size`,
      ).argParser(wholeNumber(1)),
    )
    .addOption(
      option("--dropout <p>", "probability of dropping an entry", defaults.dropout).argParser(zeroToBelowOne),
    )
    .addOption(option("--tie-weights", "one matrix for the embedding and the output; needs equal sizes"))
    .optionsGroup("Training, for one of:")
    .addOption(
      option("--epochs <n>", "times through the text", budgetKind === "epochs" ? budgetAmount : undefined)
        .argParser(aboveZero)
        .conflicts(["steps", "minutes"]),
    )
    .addOption(
      option("--steps <n>", "updates of the weights")
        .argParser(wholeNumber(1))
        .conflicts(["epochs", "minutes"]),
    )
    .addOption(
      option("--minutes <n>", "minutes, measuring at the end not included")
        .argParser(aboveZero)
        .conflicts(["steps", "epochs"]),
    )
    .optionsGroup("How it trains:")
    .addOption(
      option("--seq-length <n>", "steps that gradients go back", defaults.seqLength).argParser(
        wholeNumber(1),
      ),
    )
    .addOption(
      option("--batch-size <n>", "parallel streams through the text", defaults.batchSize).argParser(
        wholeNumber(1),
      ),
    )
    .addOption(
      option("--optimizer <kind>", "how gradients become updates", defaults.optimizer).choices([
        "adamw",
        "adam",
        "sgd",
        "rmsprop",
      ]),
    )
    .addOption(
      option(
        "--learning-rate <rate>",
        "size of an update",
        `${defaults.learningRate}; rmsprop 0.002, sgd 1`,
      ).argParser(aboveZero),
    )
    .addOption(
      option("--lr-schedule <kind>", "the learning rate's course", defaults.lrSchedule).choices([
        "constant",
        "cosine",
        "step",
      ]),
    )
    .addOption(
      option("--grad-clip <norm>", "largest norm of the gradients; 0: any", defaults.gradClip).argParser(
        atLeastZero,
      ),
    )
    .addOption(
      option("--weight-decay <rate>", "pull of the weights towards zero", defaults.weightDecay).argParser(
        atLeastZero,
      ),
    )
    .addOption(
      option(
        "--eval-every <steps>",
        "measure and keep the best; 0: at the end",
        defaults.evalEvery,
      ).argParser(wholeNumber(0)),
    )
    .addOption(
      option("--sample-every <steps>", "write a sample; 0: none", defaults.sampleEvery).argParser(
        wholeNumber(0),
      ),
    )
    .addOption(option("--seed <n>", "of all randomness", defaults.seed).argParser(wholeNumber(0)))
    .addOption(backendOption())
    .optionsGroup("Output:")
    .option("--json", "JSON lines on stdout, progress for people on stderr")
    .action(async (files: readonly string[], options: TrainOptions) => {
      const { runTrainCommand } = await import("./train.ts");
      process.exitCode = await runTrainCommand(files, options);
    });
}
