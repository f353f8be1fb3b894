import { UnrolledError } from "../errors.ts";
import { typedOnCommandLine } from "./flags/flag-names.ts";

/** What the command line's exit codes mean. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** A mistake in how the command was called. */
export class UsageError extends Error {}

/** Something else that the command line itself has found, said in a user's words. */
export class CommandError extends Error {}

export interface Failure {
  /** One line for people; undefined where there is nothing to say. */
  readonly line: string | undefined;
  readonly exitCode: number;
}

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space left on the device",
  EDQUOT: "the disk quota is used up",
  EISDIR: "is a folder, needed a file",
  ENOTDIR: "a part of the path is a file, needed a folder",
  ENAMETOOLONG: "the name is too long",
  EMFILE: "too many files are open",
};

/** What JavaScript says where the system gives no memory. */
const NO_ROOM = /allocat/;

/** Says in one line what went wrong, and which exit code it means. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof UsageError) return { line: error.message, exitCode: EXIT.usage };
  if (error instanceof CommandError) return { line: oneLine(error.message), exitCode: EXIT.failed };
  if (error instanceof UnrolledError && error.code === "aborted") {
    return { line: undefined, exitCode: EXIT.interrupted };
  }
  if (error instanceof UnrolledError) {
    return { line: oneLine(textOf(error)), exitCode: EXIT.failed };
  }
  if (isSystemError(error)) {
    if (error.code === "EPIPE") return { line: undefined, exitCode: EXIT.done };
    const place = error.dest ?? error.path;
    const reason = reasonOf(error);
    return { line: oneLine(place === undefined ? reason : `${place}: ${reason}`), exitCode: EXIT.failed };
  }
  if (error instanceof RangeError && NO_ROOM.test(error.message)) {
    const line = `there is not enough memory (${error.message}); a smaller model, fewer threads or a higher limit may help`;
    return { line: oneLine(line), exitCode: EXIT.failed };
  }
  const name = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    line: oneLine(`unexpected ${name}; this is a mistake in unrolled (UNROLLED_DEBUG=1 shows the stack)`),
    exitCode: EXIT.failed,
  };
}

/** What a library's error says to a user who typed a command: options are flags, and calls mean nothing. */
export function textOf(error: UnrolledError): string {
  return error.textFor(typedOnCommandLine);
}

/** What the system's code means, in words. */
function reasonOf(error: SystemError): string {
  return SYSTEM_ERRORS[error.code] ?? error.message;
}

/** The system's error that something could not be written, in words; undefined for any other error. */
export function whyNotWritten(error: unknown): string | undefined {
  return isSystemError(error) ? reasonOf(error) : undefined;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").trim();
}

interface SystemError extends Error {
  readonly code: string;
  readonly path?: string;
  readonly dest?: string;
}

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && "syscall" in error && "code" in error && typeof error.code === "string";
}
