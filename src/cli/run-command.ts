import { type Command, CommanderError } from "commander";
import { describeFailure, EXIT } from "./failure.ts";
import { createProgram } from "./program.ts";
import { joinedWorld } from "./ranks/joined-world.ts";

/** Does what the words of a command line say. What goes wrong is said on standard error; the exit code, undefined where nothing did. */
export async function runCommand(words: readonly string[]): Promise<number | undefined> {
  const [first, ...others] = words;
  let program: Command | undefined;
  try {
    const world = await joinedWorld(first);
    if (world && world.ranks.rank > 0) {
      const { followCommand } = await import("./ranks/follow-command.ts");
      await followCommand(world);
    } else {
      program = await createProgram(first, others);
      await program.parseAsync(words, { from: "user" });
    }
  } catch (error) {
    return failed(error, program, words);
  }
  return undefined;
}

async function failed(
  error: unknown,
  program: Command | undefined,
  [first, ...others]: readonly string[],
): Promise<number> {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.done;
    const { usageText } = await import("./unknown-word.ts");
    const text = program && (await usageText(error, program, first, others));
    if (text !== undefined) process.stderr.write(`${text}\n`);
    return EXIT.usage;
  }
  const { line, exitCode } = describeFailure(error);
  if (line !== undefined) process.stderr.write(`error: ${line}\n`);
  if (process.env.UNROLLED_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return exitCode;
}
