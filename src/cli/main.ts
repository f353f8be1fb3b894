#!/usr/bin/env node
import { CommanderError } from "commander";
import { describeFailure, EXIT } from "./failure.ts";
import { createProgram } from "./program.ts";
import { endWhenStreamsFail } from "./standard-streams.ts";

endWhenStreamsFail();

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
