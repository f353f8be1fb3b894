// Standard output and standard error: what cannot be written there ends the command.
import { fstatSync, writeSync } from "node:fs";
import { describeFailure, EXIT } from "./failure.ts";

/**
 * Ends the process where standard output or error takes no more: with one line and exit code 1, as when a disk is full, or silently
 * where its reader has seen enough, as in `unrolled generate … | head`.
 */
export function endWhenStreamsFail(): void {
  process.stdout.on("error", (error) => {
    const { line, exitCode } = describeFailure(error);
    if (line !== undefined) process.stderr.write(`error: standard output cannot be written: ${line}\n`);
    process.exit(exitCode);
  });
  process.stderr.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? EXIT.done : EXIT.failed);
  });
  if (isFile(process.stdout.fd)) process.stdout._write = writeWhole;
}

function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    return false;
  }
}

/** An almost full disk takes the beginning of a text, which Node's own stream takes for all of it. */
function writeWhole(text: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
  let failure: Error | undefined;
  try {
    for (let at = 0; at < text.length; ) at += writeSync(process.stdout.fd, text, at);
  } catch (error) {
    failure = error as Error;
  }
  done(failure);
}
