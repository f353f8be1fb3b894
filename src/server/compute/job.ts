import { UnrolledError } from "../../errors.ts";
import type { PlainError } from "./protocol.ts";

/** A piece of work that somebody waits for. */
export class Job {
  readonly id: number;
  readonly client: string;
  readonly deadlineMs: number;
  /** Nobody waits for it any more: it was answered, or it was cancelled. */
  isOver = false;

  constructor(id: number, client: string, deadlineMs: number) {
    this.id = id;
    this.client = client;
    this.deadlineMs = deadlineMs;
  }
}

/** An error as plain data. */
export function plainError(error: unknown): PlainError {
  if (error instanceof UnrolledError)
    return { message: error.message, code: error.code, fields: error.fields };
  return {
    message: error instanceof Error ? error.message : String(error),
    code: undefined,
    fields: undefined,
  };
}

/** The error of work that took too long. */
export const DEADLINE: PlainError = {
  message: "the deadline of this request has passed",
  code: "deadline",
  fields: undefined,
};
