import { type Command, InvalidArgumentError, Option } from "commander";
import type { BackendChoice } from "../../kernels/backend.ts";
import { backendOption } from "../flags/backend-option.ts";
import { aboveZero, texts, wholeNumber } from "../flags/option-values.ts";
import { port } from "../flags/port.ts";

/** The options of `unrolled serve` as commander gives them. */
export interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly threads?: number;
  readonly backend: BackendChoice;
  readonly maxBatch: number;
  readonly maxQueue: number;
  readonly maxTokens: number;
  readonly maxBody: number;
  readonly timeout: number;
  readonly apiKeys?: string;
  readonly cors?: readonly string[];
  readonly sessions?: string;
  readonly sessionIdle: number;
  readonly sessionKeep: number;
  readonly maxSessions: number;
  readonly logLevel: string;
}

export function addServeCommand(program: Command): void {
  program
    .command("serve")
    .summary("answer requests over HTTP")
    .description(
      "Serve the models in folders or files over HTTP, in the interface that clients of OpenAI speak; several that ask at once are " +
        "computed together. Only this machine can ask unless --host says otherwise. A model whose folder changes is opened again. " +
        "Ctrl-C or SIGTERM lets what has begun end.",
    )
    .argument("<models...>", "folders or files of models, each named as it is called, or NAME=PATH")
    .option("--host <address>", "address to listen at; 0.0.0.0 for every one", "127.0.0.1")
    .addOption(
      new Option("--port <n>", "port to listen on; 0 for a free one").argParser(portOrZero).default(8080),
    )
    .addOption(
      new Option("--threads <n>", "threads that compute")
        .argParser(wholeNumber(1))
        .default(undefined, "one for each core"),
    )
    .addOption(backendOption())
    .addOption(
      new Option("--api-keys <file>", "keys, one a line, one of which a request needs").default(
        undefined,
        "$UNROLLED_API_KEYS, with commas between them, if it is set",
      ),
    )
    .addOption(
      new Option("--cors <origin>", "origin whose pages may ask, or *; can be repeated").argParser(texts),
    )
    .addOption(
      new Option("--timeout <seconds>", "how long a request may take").argParser(aboveZero).default(60),
    )
    .addOption(
      new Option(
        "--max-queue <n>",
        "texts, inputs and steps that are worked on or wait; more are answered with 429",
      )
        .argParser(wholeNumber(1))
        .default(1024),
    )
    .addOption(
      new Option("--max-batch <n>", "streams that step together, on each thread")
        .argParser(wholeNumber(1))
        .default(128),
    )
    .addOption(
      new Option("--max-tokens <n>", "tokens that a request may ask for")
        .argParser(wholeNumber(1))
        .default(4096),
    )
    .addOption(
      new Option("--max-body <bytes>", "size of a request")
        .argParser(wholeNumber(1))
        .default(16 * 1024 * 1024),
    )
    .option(
      "--sessions <place>",
      "where sessions are kept: a folder, or redis://HOST:PORT for several servers",
    )
    .addOption(
      new Option("--session-idle <seconds>", "how long a session that nobody asks for stays in memory")
        .argParser(aboveZero)
        .default(600),
    )
    .addOption(
      new Option(
        "--session-keep <seconds>",
        "how long after its last use a session is kept in the folder or in Redis",
      )
        .argParser(aboveZero)
        .default(604_800, "604800, a week"),
    )
    .addOption(
      new Option("--max-sessions <n>", "sessions in memory").argParser(wholeNumber(1)).default(10_000),
    )
    .addOption(
      new Option("--log-level <level>", "what is logged on stderr, a JSON object a line")
        .choices(["debug", "info", "warn", "error", "silent"])
        .default("info"),
    )
    .action(async (models: readonly string[], options: ServeOptions) => {
      const { runServeCommand } = await import("./serve.ts");
      await runServeCommand(models, options);
    });
}

function portOrZero(text: string): number {
  if (text === "0") return 0;
  try {
    return port(text);
  } catch {
    throw new InvalidArgumentError("Needed a whole number from 0 to 65535.");
  }
}
