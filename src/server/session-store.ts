/** What is kept of a session. */
export interface StoredSession {
  /** Counts its changes. */
  readonly version: number;
  readonly bytes: Uint8Array;
}

/** Where sessions are kept beyond a server's memory. What is written is there whole, or not at all. */
export interface SessionStore {
  /** Whether other servers use it at the same time, so that each change is written at once and whoever comes next looks there first. */
  readonly isShared: boolean;
  /** What is kept; undefined if there is nothing. */
  read(id: string): Promise<StoredSession | undefined>;
  /** The version of what is kept, if anything is. */
  version(id: string): Promise<number | undefined>;
  /** Keeps a session. `before` is the version that is there now, 0 for none; if it is another one, nothing is changed, and the answer is false. */
  write(id: string, session: StoredSession, before: number): Promise<boolean>;
  remove(id: string): Promise<void>;
  close?(): Promise<void>;
}
