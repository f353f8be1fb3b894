import type { PooledSession, SessionPool } from "../../session/session.ts";
import type { ConditionRow } from "../../tasks/language/condition/condition-row.ts";
import type { Beginning } from "./served-language.ts";
import { readSessionRecord, sessionRecord } from "./session-record.ts";

/** Tokens that are kept to tell how the next looks, which can depend on them. */
const KEPT_TOKENS = 16;

/** A session that somebody feeds. */
export class LiveSession {
  pooled: PooledSession;
  steps = 0;
  condition: ConditionRow | undefined;
  recent: readonly number[] = [];
  seen = new Set<number>();
  /** Outputs after the last step. */
  last: Readonly<Record<string, Float32Array>> | undefined;

  constructor(pooled: PooledSession, condition?: ConditionRow) {
    this.pooled = pooled;
    this.condition = condition;
  }

  /** A session of a pool, as a record says. Throws for a record that is damaged, or of another model. */
  static of(pool: SessionPool, record: Uint8Array): LiveSession {
    const { state } = readSessionRecord(record);
    const session = new LiveSession(pool.open(state));
    session.#describe(record);
    return session;
  }

  /** Goes where a record was taken. Nothing is changed by one that does not fit. */
  restore(record: Uint8Array): void {
    this.pooled.restore(readSessionRecord(record).state);
    this.#describe(record);
  }

  record(): Uint8Array {
    const { steps, condition, recent, seen, last } = this;
    return sessionRecord({ steps, condition, recent, seen: [...seen], last, state: this.pooled.state() });
  }

  fork(): LiveSession {
    const fork = new LiveSession(this.pooled.fork(), this.condition);
    fork.steps = this.steps;
    fork.recent = this.recent;
    fork.seen = new Set(this.seen);
    fork.last = this.last;
    return fork;
  }

  /** Tokens have been read. */
  hasRead(ids: ArrayLike<number>): void {
    const read = Array.from(ids);
    for (const id of read) this.seen.add(id);
    this.recent = [...this.recent, ...read.slice(-KEPT_TOKENS)].slice(-KEPT_TOKENS);
  }

  /** What a text that goes on from here begins with. */
  get beginning(): Beginning {
    const { pooled: session, recent, seen, condition, last } = this;
    return { session, recent, seen, condition, logits: last?.logits };
  }

  #describe(record: Uint8Array): void {
    const { steps, condition, recent, seen, last } = readSessionRecord(record);
    this.steps = steps;
    this.condition = condition;
    this.recent = recent;
    this.seen = new Set(seen);
    this.last = last;
  }
}
