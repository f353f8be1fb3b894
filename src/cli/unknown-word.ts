// What was probably meant by a command or a flag that there is not: other programs call many of them otherwise.
import { existsSync } from "node:fs";
import type { Command, CommanderError } from "commander";

/** Commands by other names, as they are typed. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  "generate DIR --interactive": ["chat", "repl", "talk", "interactive"],
  "train --resume DIR": ["resume", "continue"],
  "train --from DIR": ["finetune", "fine-tune"],
  train: ["fit", "learn", "new"],
  generate: ["sample", "write", "complete", "run"],
  predict: ["next", "infer", "guess"],
  eval: ["evaluate", "test", "measure", "score", "perplexity", "validate"],
  info: ["show", "describe", "summary", "stats", "list"],
  convert: ["export", "import", "quantize", "quantise", "save"],
  explore: ["view", "ui", "gui", "open", "browse", "serve", "visualize", "visualise"],
  sweep: ["tune", "search", "optimize", "hyperparameters"],
  reach: ["memory", "context"],
};

/** Flags by other names, without the hyphens in front. Where several commands have the name for different things, the first that the command has counts. */
const FLAGS: Readonly<Record<string, readonly string[]>> = {
  "max-new-tokens": "length max-length max-tokens num-tokens tokens n-predict max-chars chars n".split(" "),
  prompt: "text input start seed-text prime prefix".split(" "),
  "prompt-file": "file input-file text-file".split(" "),
  interactive: "chat repl i".split(" "),
  "num-samples": "samples count num num-return-sequences".split(" "),
  temperature: "temp t".split(" "),
  "top-p": "nucleus p".split(" "),
  "repetition-penalty": "repeat-penalty frequency-penalty penalty".split(" "),
  stop: "end until stop-at stop-string stop-sequence".split(" "),
  alternatives: "n-best nbest hypotheses".split(" "),
  top: "k n top-k count best number".split(" "),
  "learning-rate": "lr rate alpha step-size".split(" "),
  "hidden-size": "size units hidden hidden-dim hidden-units rnn-size num-units nhid dim width".split(" "),
  "num-layers": "layers depth n-layers nlayers num-layer".split(" "),
  "embedding-size": "embed embedding emb-size embed-size embedding-dim embed-dim emb emsize".split(" "),
  cell: "model arch architecture type rnn rnn-type kind".split(" "),
  dropout: "drop keep-prob dropout-rate".split(" "),
  "tie-weights": "tied tie weight-tying tied-weights".split(" "),
  tokenizer: "tokens level unit tokeniser token".split(" "),
  "vocab-size": "vocab vocabulary vocabulary-size n-vocab".split(" "),
  "seq-length":
    "length seq-len sequence-length bptt block-size window timesteps context context-length steps-per-sequence".split(
      " ",
    ),
  "max-context": "context context-length length max-length window".split(" "),
  "batch-size": "batch bs b".split(" "),
  epochs: "epoch num-epochs n-epochs e".split(" "),
  steps: "iterations iters max-steps num-steps max-iters updates".split(" "),
  minutes: "time duration max-time hours seconds".split(" "),
  optimizer: "optimiser optim opt".split(" "),
  "lr-schedule": "schedule scheduler lr-scheduler decay".split(" "),
  "lr-warmup": "warmup warmup-steps".split(" "),
  "grad-clip": "clip max-norm gradient-clip clip-norm max-grad-norm clip-grad".split(" "),
  "weight-decay": "wd l2".split(" "),
  "early-stopping": "patience".split(" "),
  val: "validation val-file valid dev validation-file test eval-file".split(" "),
  "val-fraction": "val-split validation-split validation-fraction test-size test-fraction split".split(" "),
  "eval-every": "eval-interval val-every validate-every eval-steps".split(" "),
  "sample-every": "sample-interval print-every".split(" "),
  "checkpoint-every": "save-every checkpoint-interval save-interval save-steps".split(" "),
  tensorboard: "log-dir logdir tb".split(" "),
  seed: "random-seed random-state".split(" "),
  out: "output o save save-dir save-to model-dir output-dir output-file dir folder name".split(" "),
  force: "overwrite replace f yes y".split(" "),
  resume: "continue restart checkpoint load restore".split(" "),
  from: "pretrained init-from finetune fine-tune init base".split(" "),
  threads: "workers jobs cores j num-threads cpus parallel".split(" "),
  parallel: "workers jobs threads j".split(" "),
  backend: "device gpu cuda cpu engine kernels".split(" "),
  config: "settings yaml c configuration".split(" "),
  field: "column key json-field text-column".split(" "),
  cache: "cache-dir".split(" "),
  to: "format type output-format".split(" "),
  dtype: "precision quantize quantise bits half fp16 type".split(" "),
  what: "only aspects aspect show".split(" "),
  port: "p".split(" "),
  version: "v V".split(" "),
};

/** The flags of which one was probably meant, the word being without the hyphens in front; the first that is known is. */
export function meantFlag(word: string, known: readonly string[]): string | undefined {
  return known.find((flag) => FLAGS[flag]?.includes(word));
}

/**
 * What commander says of wrong usage, as one line, with what was probably meant by an unknown word; undefined where it has printed
 * what was asked for, a help or a version.
 */
export async function usageText(
  { code, message }: CommanderError,
  program: Command,
  first = "",
  words: readonly string[] = [],
): Promise<string | undefined> {
  if (code.startsWith("commander.help") || code === "commander.version") return undefined;
  const line = message.trim().replace(/\s*\n\s*/g, " ");
  const [, kind, typed] = /^error: unknown (option|command) '([^']+)'/.exec(line) ?? [];
  if (kind === undefined) return line;
  // Which options predict and eval have, the model says.
  if ((first === "predict" || first === "eval") && isNowhere(words[0]))
    return `error: ${words[0]} does not exist, needed a model's folder`;
  const meant = kind === "command" ? meantCommand(typed) : flagFor(typed, program, first);
  if (meant === undefined && kind === "option" && (first === "train" || first === "sweep")) {
    const { tasksWithOption } = await import("./option-of-task.ts");
    const tasks = await tasksWithOption(typed);
    if (tasks.length > 0)
      return `error: option '${typed}' belongs to ${tasks.length === 1 ? "the task" : "the tasks"} ${tasks.join(", ")}: --task ${tasks[0]}`;
  }
  return meant === undefined ? line : `error: unknown ${kind} '${typed}' (Did you mean ${meant}?)`;
}

function isNowhere(word: string | undefined): boolean {
  return word !== undefined && !word.startsWith("-") && !existsSync(word);
}

function meantCommand(word: string): string | undefined {
  return Object.keys(COMMANDS).find((command) => COMMANDS[command].includes(word.toLowerCase()));
}

function flagFor(typed: string, program: Command, first: string): string | undefined {
  const command = program.commands.find((each) => each.name() === first) ?? program;
  const known = [...command.options, ...program.options].flatMap(({ long }) => (long ? [long.slice(2)] : []));
  const word = typed.replace(/^-+/, "").replace(/=.*$/, "").replaceAll("_", "-");
  // --hidden_size and --Hidden-Size are what they seem.
  const same = known.find((flag) => flag === word.toLowerCase());
  const flag = same ?? meantFlag(word, known);
  return flag === undefined ? undefined : `--${flag}`;
}
