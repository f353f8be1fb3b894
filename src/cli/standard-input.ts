// What is read from standard input, which a path says by "-". It is there once, so it is held for whoever asks.
import process from "node:process";
import { readRegularSync } from "../platform/node-files.ts";
import { CommandError, UsageError } from "./failure.ts";

/** What stands for standard input where a path is expected. */
export const STANDARD_INPUT = "-";

let held: Uint8Array | undefined;

/**
 * Reads standard input to its end if one of the paths stands for it, so that `readInput` has it.
 *
 * @throws UsageError if two of them do
 */
export async function holdStandardInput(...paths: readonly (string | undefined)[]): Promise<void> {
  const wanted = paths.filter((path) => path === STANDARD_INPUT).length;
  if (wanted === 0 || (wanted === 1 && held)) return;
  if (wanted > 1) throw new UsageError('"-" is given twice, but standard input can be read once');
  if (process.stdin.isTTY)
    process.stderr.write("note: reading from the terminal; Ctrl-D at the start of a line ends it\n");
  const pieces: Uint8Array[] = [];
  for await (const piece of process.stdin) pieces.push(piece as Uint8Array);
  held = Buffer.concat(pieces);
}

/** The bytes of a file, or those of standard input that are held. */
export function readInput(path: string): Uint8Array {
  return path === STANDARD_INPUT ? (held ?? new Uint8Array()) : readRegularSync(path);
}

/**
 * A prompt from standard input: without its last line break, which is the shell's and not the text's.
 *
 * @throws CommandError unless it is UTF-8
 */
export async function promptFromStandardInput(): Promise<string> {
  await holdStandardInput(STANDARD_INPUT);
  return inputText(STANDARD_INPUT).replace(/\r?\n$/, "");
}

/** As `readInput`, as a text in UTF-8. */
export function inputText(path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readInput(path));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new CommandError(
      `${path === STANDARD_INPUT ? "standard input" : path} is not valid UTF-8; convert it to UTF-8`,
    );
  }
}
