import type { WorkOptions } from "./compute/compute.ts";
import { HttpError } from "./http-error.ts";
import type { NamedModel } from "./served-models.ts";
import type { SessionStore } from "./session-store.ts";

/** A session that is in memory. */
export interface Entry {
  readonly id: string;
  readonly client: string;
  readonly createdSeconds: number;
  model: NamedModel;
  thread: number;
  /** What the thread calls it. */
  session: number;
  version: number;
  /** The version that is kept; 0 for none. */
  keptVersion: number;
  saved: Uint8Array | undefined;
  usedMs: number;
}

export interface SessionOptions {
  readonly store: SessionStore | undefined;
  readonly idleSeconds: number;
  /** Sessions in memory. */
  readonly maxSessions: number;
}

/** A name that nobody can guess. */
export function newSessionId(): string {
  return `sess_${crypto.randomUUID().replaceAll("-", "")}`;
}

export function isSessionId(id: string): boolean {
  return /^sess_[0-9a-f]{32}$/.test(id);
}

/** What the server does by itself, it has time for. */
export function internally({ client }: Entry): WorkOptions {
  return { client, deadlineMs: Number.POSITIVE_INFINITY };
}

export function notThere(id: string): HttpError {
  return new HttpError(404, `there is no session ${JSON.stringify(id)}`, {
    param: "session",
    code: "session_not_found",
  });
}
