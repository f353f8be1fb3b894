import { type Command, Option } from "commander";
import { DEFAULT_SETTINGS as defaults } from "../training/resolve-settings.ts";
import type { TrainingSettings } from "../training/settings.ts";
import { backendOption } from "./backend-option.ts";
import { addConfigurationOptions } from "./configuration/options.ts";
import {
  aboveZero,
  aboveZeroToOne,
  atLeastZero,
  interval,
  names,
  wholeNumber,
  zeroToBelowOne,
} from "./option-values.ts";

/** The options of `unrolled train`, flags and configuration together; what was not given is missing. */
export interface TrainOptions extends PartialOptions {
  readonly out?: string;
  readonly resume?: string;
  readonly from?: string;
  readonly force?: true;
  readonly json?: true;
  readonly printConfig?: true;
  readonly val?: string;
  readonly field?: string;
  readonly cache?: string;
  /** A kind, or the path of a tokenizer.json. */
  readonly tokenizer?: string;
  readonly steps?: number;
  readonly epochs?: number;
  readonly minutes?: number;
  /** "30s", "5m", "1h", or steps. */
  readonly checkpointEvery?: string;
  readonly keepCheckpoints?: number;
  readonly tensorboard?: string;
}

/** Settings that have a flag of the same name and value. */
type PartialOptions = {
  readonly [Key in Exclude<keyof TrainingSettings, "tokenizer" | "budget" | "checkpointEvery">]?: NonNullable<
    TrainingSettings[Key]
  >;
};

export function addTrainCommand(program: Command): void {
  const [budgetKind, budgetAmount] = Object.entries(defaults.budget)[0];
  // The defaults are the library's: here they are only named.
  const option = (flags: string, description: string, byDefault?: string | number) =>
    new Option(flags, description).default(undefined, byDefault?.toString());

  const rate = (flags: string, description: string, byDefault: string | number) =>
    option(flags, `dropout ${description}`, byDefault).argParser(zeroToBelowOne);

  const train = program
    .command("train")
    .summary("train a language model on text")
    .description(
      "Train a language model on texts (UTF-8): files, folders, patterns such as 'books/*.txt', .gz, .jsonl (a document a " +
        "line), or - for standard input. Everything goes into one folder. Ctrl-C saves and ends; --resume goes on from there.",
    )
    .argument("[file...]", "texts to learn from")
    .optionsGroup("Where the run goes, or comes from:")
    .option("--out <dir>", "folder for the model, checkpoints and logs")
    .option("--force", "replace the model that is there")
    .addOption(
      option("--resume <dir>", "go on with the run in a folder from its newest checkpoint").conflicts([
        "out",
        "from",
      ]),
    )
    .addOption(
      option("--from <dir>", "begin with the vocabulary, the sizes and the weights of a trained model"),
    )
    .optionsGroup("Text:")
    .addOption(
      option(
        "--tokenizer <kind|file>",
        "what a token is: char, byte, word, bpe, or a tokenizer.json",
        defaults.tokenizer,
      ),
    )
    .addOption(
      option("--vocab-size <n>", "word, bpe: size of the vocabulary", "word 10000, bpe 8256").argParser(
        wholeNumber(2),
      ),
    )
    .addOption(option("--field <name>", "JSON lines: where the text is", "text"))
    .addOption(
      option("--shuffle <what>", "another order in each epoch", defaults.shuffle).choices([
        "none",
        "documents",
      ]),
    )
    .addOption(option("--cache <dir>", "where tokens are kept", "~/.cache/unrolled"))
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
      option(
        "--embedding-range <r>",
        "first embeddings are drawn from ± this",
        "1.73; with --tie-weights 0.1",
      ).argParser(aboveZero),
    )
    .addOption(
      option("--dropout <p>", "probability of dropping an entry", defaults.dropout).argParser(zeroToBelowOne),
    )
    .addOption(rate("--input-dropout <p>", "of the embedding's entries", "the same"))
    .addOption(rate("--layer-dropout <p>", "of entries between layers", "the same"))
    .addOption(rate("--output-dropout <p>", "of entries before the output", "the same"))
    .addOption(rate("--embedding-dropout <p>", "of whole words", defaults.embeddingDropout))
    .addOption(option("--locked-dropout", "one mask for all steps of a sequence"))
    .addOption(rate("--weight-drop <p>", "of recurrent weights", defaults.weightDrop))
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
        "nt-asgd",
      ]),
    )
    .addOption(
      option(
        "--learning-rate <rate>",
        "size of an update",
        `${defaults.learningRate}; rmsprop 0.002, sgd 1, nt-asgd 30`,
      ).argParser(aboveZero),
    )
    .addOption(
      option("--lr-schedule <kind>", "the learning rate's course", defaults.lrSchedule).choices([
        "constant",
        "cosine",
        "step",
        "decay",
        "plateau",
      ]),
    )
    .addOption(
      option("--lr-warmup <steps>", "rise to the full rate over so many steps").argParser(wholeNumber(0)),
    )
    .addOption(
      option(
        "--lr-factor <f>",
        "step, decay, plateau: what the rate is multiplied by",
        defaults.lrFactor,
      ).argParser(aboveZeroToOne),
    )
    .addOption(
      option("--lr-decay-from <epoch>", "decay: epochs at the full rate", defaults.lrDecayFrom).argParser(
        atLeastZero,
      ),
    )
    .addOption(
      option("--lr-patience <n>", "plateau: evaluations without improvement", defaults.lrPatience).argParser(
        wholeNumber(1),
      ),
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
        "--activation-regularization <a>",
        "penalty on large outputs",
        defaults.activationRegularization,
      ).argParser(atLeastZero),
    )
    .addOption(
      option(
        "--temporal-activation-regularization <b>",
        "penalty on outputs that change",
        defaults.temporalActivationRegularization,
      ).argParser(atLeastZero),
    )
    .addOption(
      option(
        "--average-decay <d>",
        "measure and save an exponential average of the weights; 0: none",
        0,
      ).argParser(zeroToBelowOne),
    )
    .addOption(
      option(
        "--asgd-patience <n>",
        "nt-asgd: evaluations without a say in when averaging begins",
        defaults.asgdPatience,
      ).argParser(wholeNumber(0)),
    )
    .addOption(
      option(
        "--early-stopping <n>",
        "end after so many evaluations without improvement; 0: never",
        0,
      ).argParser(wholeNumber(0)),
    )
    .addOption(
      option("--freeze <names>", "leave parameters as they are: encoder, rnn.*_l0, …").argParser(names),
    )
    .addOption(
      option(
        "--on-divergence <what>",
        "where the loss is not finite or gradients explode",
        defaults.onDivergence,
      ).choices(["stop", "skip", "rollback"]),
    )
    .addOption(
      option(
        "--divergence-factor <f>",
        "a gradient norm so many times the average has exploded; 0: none has",
        defaults.divergenceFactor,
      ).argParser(atLeastZero),
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
    .addOption(
      option("--threads <n>", "threads that share each batch", "all cores").argParser(wholeNumber(1)),
    )
    .addOption(backendOption())
    .optionsGroup("Checkpoints and output:")
    .addOption(
      option("--checkpoint-every <time>", "30s, 5m, 1h, or a number of steps", "1m").argParser(interval),
    )
    .addOption(option("--keep-checkpoints <n>", "how many, beside the best", "3").argParser(wholeNumber(1)))
    .option("--tensorboard <dir>", "write event files for TensorBoard too")
    .option("--json", "JSON lines on stdout, progress for people on stderr");
  addConfigurationOptions(train).action(async (files: readonly string[]) => {
    const { runTrainCommand } = await import("./train.ts");
    process.exitCode = await runTrainCommand(train, files);
  });
}
