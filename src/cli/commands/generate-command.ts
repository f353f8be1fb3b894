import { type Command, Option } from "commander";
import { DEFAULT_SAMPLING } from "../../decoding/sampler.ts";
import type { BackendChoice } from "../../kernels/backend.ts";
import { backendOption } from "../flags/backend-option.ts";
import { aboveZero, atLeastZero, numberThat, texts, wholeNumber } from "../flags/option-values.ts";

/** The options of `unrolled generate` as commander gives them. */
export interface GenerateOptions {
  readonly prompt?: string;
  readonly promptFile?: string;
  readonly condition?: string;
  readonly maxNewTokens?: number;
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly minP?: number;
  readonly repetitionPenalty?: number;
  readonly stop?: readonly string[];
  readonly interactive?: true;
  readonly numSamples: number;
  readonly seed?: number;
  readonly backend: BackendChoice;
  readonly json?: true;
}

/** What holds where neither a flag nor the model says anything; here it is only named. */
const OTHERWISE = { maxNewTokens: 500, ...DEFAULT_SAMPLING } as const;

export function addGenerateCommand(program: Command): void {
  const named = (name: keyof typeof OTHERWISE) => [undefined, String(OTHERWISE[name])] as const;
  const aboveZeroToOne = numberThat((value) => value > 0 && value <= 1, "a number above 0 and at most 1");
  const zeroToOne = numberThat((value) => value >= 0 && value <= 1, "a number from 0 to 1");

  program
    .command("generate")
    .summary("let a model continue a text")
    .description(
      "Continue a text with the model in the folder DIR, and print it as it is written. Characters of the prompt that " +
        "the model has never seen are read as unknown, and named on stderr. A model that was trained on several documents " +
        "stops where a document would end. Values in the model's generation_config.json are the defaults.",
    )
    .argument("<dir>", "folder of the model")
    .optionsGroup("Prompt:")
    .addOption(
      new Option("--prompt <text>", "text to continue (default: a line break)").conflicts("promptFile"),
    )
    .option("--prompt-file <file>", "file with the text to continue; -: standard input")
    .option(
      "--condition <value>",
      "what the text is written for, if the model was trained with a condition: a category, or numbers with commas",
    )
    .addOption(
      new Option("--interactive", "write in turns: type, and it goes on; /help lists the commands").conflicts(
        ["json", "promptFile", "numSamples"],
      ),
    )
    .optionsGroup("Length:")
    .addOption(
      new Option("--max-new-tokens <n>", "tokens to write")
        .argParser(wholeNumber(1))
        .default(...named("maxNewTokens")),
    )
    .addOption(
      new Option("--stop <text>", "end before this text; may be given several times").argParser(texts),
    )
    .addOption(new Option("--num-samples <n>", "texts to write").argParser(wholeNumber(1)).default(1))
    .optionsGroup("Choice of the next token:")
    .addOption(
      new Option("--temperature <t>", "below 1 surer, above 1 more varied, 0 always the likeliest")
        .argParser(atLeastZero)
        .default(...named("temperature")),
    )
    .addOption(
      new Option("--top-k <n>", "only the n likeliest; 0: all")
        .argParser(wholeNumber(0))
        .default(...named("topK")),
    )
    .addOption(
      new Option("--top-p <p>", "only the likeliest that together have probability p")
        .argParser(aboveZeroToOne)
        .default(...named("topP")),
    )
    .addOption(
      new Option("--min-p <p>", "only those at least p times as likely as the likeliest")
        .argParser(zeroToOne)
        .default(...named("minP")),
    )
    .addOption(
      new Option("--repetition-penalty <x>", "above 1: tokens that have occurred become less likely")
        .argParser(aboveZero)
        .default(...named("repetitionPenalty")),
    )
    .addOption(
      new Option("--seed <n>", "same seed, same text (default: another each time)").argParser(wholeNumber(0)),
    )
    .optionsGroup("Other:")
    .addOption(backendOption())
    .option("--json", "one JSON object per text on stdout, when it is finished")
    .action(async (folder: string, options: GenerateOptions) => {
      const { runGenerateCommand } = await import("./generate.ts");
      await runGenerateCommand(folder, options);
    });
}
