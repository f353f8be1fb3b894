#!/usr/bin/env node
import { type Command, CommanderError } from "commander";
import { describeFailure, EXIT } from "./failure.ts";
import { createProgram } from "./program.ts";
import { joinedWorld, leaveWorld } from "./ranks/joined-world.ts";
import { endWhenStreamsFail } from "./standard-streams.ts";

endWhenStreamsFail();

const [first, ...words] = process.argv.slice(2);
let program: Command | undefined;
try {
  const world = await joinedWorld(first);
  if (world && world.ranks.rank > 0) {
    const { followCommand } = await import("./ranks/follow-command.ts");
    await followCommand(world);
  } else {
    program = await createProgram(first, words);
    await program.parseAsync();
  }
} catch (error) {
  process.exitCode = await failed(error);
}
await leaveWorld();

/** Says what went wrong and returns the exit code. */
async function failed(error: unknown): Promise<number> {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.done;
    const { usageText } = await import("./unknown-word.ts");
    const text = program && (await usageText(error, program, first));
    if (text !== undefined) process.stderr.write(`${text}\n`);
    return EXIT.usage;
  }
  const { line, exitCode } = describeFailure(error);
  if (line !== undefined) process.stderr.write(`error: ${line}\n`);
  if (process.env.UNROLLED_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return exitCode;
}
