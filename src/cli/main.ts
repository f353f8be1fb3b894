#!/usr/bin/env node
import { CommanderError } from "commander";
import { describeFailure, EXIT } from "./failure.ts";
import { createProgram } from "./program.ts";

for (const stream of [process.stdout, process.stderr]) {
  // Whoever read the output has seen enough, as in `unrolled generate … | head`.
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT.done);
    throw error;
  });
}

try {
  await (await createProgram(process.argv[2], process.argv.slice(3))).parseAsync();
} catch (error) {
  process.exitCode = failed(error);
}

/** Says what went wrong and returns the exit code. */
function failed(error: unknown): number {
  // Commander has already said what there is to say.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const { line, exitCode } = describeFailure(error);
  if (line !== undefined) process.stderr.write(`error: ${line}\n`);
  if (process.env.UNROLLED_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return exitCode;
}
