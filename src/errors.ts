/** Why a call failed, for programs; the message says it to people. */
export type ErrorCode =
  | "invalid-argument"
  | "shape-mismatch"
  | "out-of-memory"
  | "freed-tensor"
  | "unsupported-backend"
  | "invalid-file"
  | "missing-file"
  | "not-finite"
  | "text-too-short"
  | "invalid-utf8"
  | "disk-full"
  | "aborted"
  | "worker-died";

/** An error a user can act on: its message names the call, the argument, what was needed and what came. */
export class UnrolledError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = "UnrolledError";
    this.code = code;
  }
}
