// The sessions of a server: each lives on one thread, in the pool of its model. One that is idle goes from there to where sessions are kept,
// and comes back when it is asked for.
import type { GivenCondition } from "../tasks/language/condition/condition.ts";
import type { Compute, WorkOptions } from "./compute/compute.ts";
import type { SessionView, SessionWork, WorkResult } from "./compute/protocol.ts";
import { HttpError } from "./http-error.ts";
import type { NamedModel, ServedModels } from "./served-models.ts";
import {
  type Entry,
  internally,
  isSessionId,
  newSessionId,
  notThere,
  type SessionOptions,
} from "./session-entry.ts";
import { contentBytes, contentOf, type SessionContent } from "./stored-session.ts";

/** How often idle sessions are looked for. */
const SWEEPS = 4;
const LONGEST_SWEEP_SECONDS = 30;

export class SessionTable {
  readonly #compute: Compute;
  readonly #models: ServedModels;
  readonly #options: SessionOptions;
  readonly #entries = new Map<string, Entry>();
  /** What is being done with each session; what comes meanwhile waits. */
  readonly #tails = new Map<string, Promise<unknown>>();
  readonly #timer: ReturnType<typeof setInterval>;
  #nextSession = 1;

  constructor(compute: Compute, models: ServedModels, options: SessionOptions) {
    this.#compute = compute;
    this.#models = models;
    this.#options = options;
    const seconds = Math.min(options.idleSeconds / SWEEPS, LONGEST_SWEEP_SECONDS);
    this.#timer = setInterval(() => void this.#sweep(), seconds * 1000);
    // In Node, a timer keeps no process alive that has ended otherwise.
    (this.#timer as { unref?(): void }).unref?.();
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Begins a session. */
  async create(
    model: NamedModel,
    options: WorkOptions,
    start: { readonly condition?: GivenCondition | undefined; readonly record?: Uint8Array | undefined },
  ): Promise<Entry> {
    await this.#makeRoom();
    const thread = this.#compute.leastLoaded();
    const entry = this.#entry(model, options.client, thread);
    await this.work(entry, { kind: "join", session: entry.session, ...start }, options);
    this.#models.hold(model.handle);
    this.#entries.set(entry.id, entry);
    await this.#changed(entry, options);
    return entry;
  }

  /**
   * Does something with a session, when what came before is done.
   *
   * @throws HttpError 404 for one that is not there or is somebody else's, 409 where another server has changed it meanwhile
   */
  async use<Result>(
    id: string,
    options: WorkOptions,
    how: "reads" | "changes",
    body: (entry: Entry) => Promise<Result>,
  ): Promise<Result> {
    const before = this.#tails.get(id) ?? Promise.resolve();
    const own = before.then(async () => {
      const entry = await this.#find(id, options);
      entry.usedMs = Date.now();
      const result = await body(entry);
      if (how === "changes") await this.#changed(entry, options);
      return result;
    });
    const tail = own.catch(() => {});
    this.#tails.set(id, tail);
    try {
      return await own;
    } finally {
      if (this.#tails.get(id) === tail) this.#tails.delete(id);
    }
  }

  /** Work on the thread where a session lives. */
  work<Asked extends SessionWork>(
    entry: Entry,
    work: Asked,
    options: WorkOptions,
  ): Promise<WorkResult<Asked>> {
    return this.#compute.work(entry.model.handle, work, { ...options, thread: entry.thread });
  }

  /** Others in the same state. */
  async fork(entry: Entry, count: number, options: WorkOptions): Promise<Entry[]> {
    const forks: Entry[] = [];
    for (let at = 0; at < count; at++) {
      await this.#makeRoom(at);
      forks.push(this.#entry(entry.model, entry.client, entry.thread));
    }
    const as = forks.map(({ session }) => session);
    await this.work(entry, { kind: "fork", session: entry.session, as }, options);
    for (const fork of forks) {
      this.#models.hold(fork.model.handle);
      this.#entries.set(fork.id, fork);
      await this.#changed(fork, options);
    }
    return forks;
  }

  /** Keeps the state it is in now, to go back to: in memory, and where sessions are kept if there is such a place. */
  async save(entry: Entry, options: WorkOptions): Promise<void> {
    entry.saved = await this.work(entry, { kind: "record", session: entry.session }, options);
    entry.version += 1;
    await this.#keep(entry, entry.saved);
  }

  /** Goes back to what was saved. */
  async restore(entry: Entry, options: WorkOptions): Promise<SessionView> {
    if (!entry.saved)
      throw new HttpError(409, `session ${entry.id} was not saved, so there is nothing to restore`, {
        param: "session",
      });
    return this.work(entry, { kind: "restore", session: entry.session, record: entry.saved }, options);
  }

  async remove(entry: Entry): Promise<void> {
    this.#drop(entry);
    await this.#options.store?.remove(entry.id);
  }

  /** All that is in memory goes to where sessions are kept. */
  async keepAll(): Promise<void> {
    if (!this.#options.store || this.#options.store.isShared) return;
    for (const entry of [...this.#entries.values()])
      await this.use(entry.id, internally(entry), "reads", (each) => this.#keepNow(each)).catch(() => {});
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** A thread has died, with all sessions that lived there. */
  lost(thread: number): void {
    for (const entry of [...this.#entries.values()]) if (entry.thread === thread) this.#forget(entry);
  }

  #entry(model: NamedModel, client: string, thread: number): Entry {
    const nowMs = Date.now();
    return {
      ...{ id: newSessionId(), client, model, thread },
      ...{ session: this.#nextSession++, version: 0, keptVersion: 0, saved: undefined },
      ...{ createdSeconds: Math.floor(nowMs / 1000), usedMs: nowMs },
    };
  }

  async #find(id: string, options: WorkOptions): Promise<Entry> {
    const { store } = this.#options;
    if (!isSessionId(id)) throw notThere(id);
    let entry = this.#entries.get(id);
    if (store?.isShared) {
      const version = await store.version(id);
      if (entry && entry.version !== version) {
        this.#drop(entry);
        entry = undefined;
      }
      if (version === undefined) throw notThere(id);
    }
    entry ??= await this.#opened(id, options);
    if (!entry || entry.client !== options.client) throw notThere(id);
    const current = this.#models.get(entry.model.name);
    if (current.handle !== entry.model.handle) await this.#move(entry, current, options);
    return entry;
  }

  /** One that is kept comes into memory. */
  async #opened(id: string, options: WorkOptions): Promise<Entry | undefined> {
    const stored = await this.#options.store?.read(id);
    if (!stored) return undefined;
    const content = contentOf(stored.bytes);
    if (content.client !== options.client) throw notThere(id);
    await this.#makeRoom();
    const model = this.#models.get(content.model);
    const entry: Entry = {
      ...this.#entry(model, content.client, this.#compute.leastLoaded()),
      ...{ id, createdSeconds: content.createdSeconds, saved: content.saved },
      ...{ version: stored.version, keptVersion: stored.version },
    };
    await this.work(entry, { kind: "join", session: entry.session, record: content.record }, options);
    this.#models.hold(model.handle);
    this.#entries.set(id, entry);
    return entry;
  }

  /** Its model was opened again: it goes on with the new one, if its sizes are the same. */
  async #move(entry: Entry, model: NamedModel, options: WorkOptions): Promise<void> {
    const record = await this.work(entry, { kind: "record", session: entry.session }, options);
    const session = this.#nextSession++;
    const moved = { ...entry, model, session };
    try {
      await this.work(moved, { kind: "join", session, record }, options);
    } catch {
      throw new HttpError(
        409,
        `the model ${model.name} has changed, and session ${entry.id} does not fit it`,
        {
          param: "session",
        },
      );
    }
    this.#models.hold(model.handle);
    this.#leave(entry);
    Object.assign(entry, { model, session });
  }

  /** It has changed. Where others may ask for it next, that is written down at once. */
  async #changed(entry: Entry, options: WorkOptions): Promise<void> {
    entry.version += 1;
    if (!this.#options.store?.isShared) return;
    await this.#keep(entry, await this.work(entry, { kind: "record", session: entry.session }, options));
  }

  async #keep(entry: Entry, record: Uint8Array): Promise<void> {
    const { store } = this.#options;
    if (!store) return;
    const { model, client, createdSeconds, saved, version, keptVersion } = entry;
    const content: SessionContent = { model: model.name, client, createdSeconds, record, saved };
    if (!(await store.write(entry.id, { version, bytes: contentBytes(content) }, keptVersion))) {
      this.#drop(entry);
      throw new HttpError(409, `session ${entry.id} was changed elsewhere at the same time; ask again`, {
        param: "session",
      });
    }
    entry.keptVersion = version;
  }

  /** Keeps what has changed since it was last kept, or is not kept any more. */
  async #keepNow(entry: Entry): Promise<void> {
    const { store } = this.#options;
    if (entry.keptVersion === entry.version && (await store?.version(entry.id)) === entry.version) return;
    await this.#keep(
      entry,
      await this.work(entry, { kind: "record", session: entry.session }, internally(entry)),
    );
  }

  async #sweep(): Promise<void> {
    const longAgoMs = Date.now() - this.#options.idleSeconds * 1000;
    for (const entry of [...this.#entries.values()])
      if (entry.usedMs < longAgoMs && !this.#tails.has(entry.id)) await this.#putAway(entry);
  }

  /** Where too many are in memory, with some that are about to come, the one that was idle longest goes. */
  async #makeRoom(coming = 0): Promise<void> {
    if (this.#entries.size + coming < this.#options.maxSessions) return;
    const idle = [...this.#entries.values()].filter(({ id }) => !this.#tails.has(id));
    const [oldest] = idle.toSorted((a, b) => a.usedMs - b.usedMs);
    if (!this.#options.store || !oldest) {
      throw new HttpError(429, `there are ${this.#entries.size} sessions, and there can be no more`, {
        code: "too_many_sessions",
        headers: { "retry-after": "10" },
      });
    }
    await this.#putAway(oldest);
  }

  /** To where it is kept, or if that is nowhere, it ends. */
  async #putAway(entry: Entry): Promise<void> {
    const usedMs = entry.usedMs;
    await this.use(entry.id, internally(entry), "reads", async (each) => {
      await this.#keepNow(each);
      this.#drop(each);
    }).catch(() => {
      // It stays, and is tried again.
      entry.usedMs = usedMs;
    });
  }

  #drop(entry: Entry): void {
    if (!this.#entries.has(entry.id)) return;
    this.#leave(entry);
    this.#entries.delete(entry.id);
  }

  #forget(entry: Entry): void {
    this.#entries.delete(entry.id);
    this.#models.release(entry.model.handle);
  }

  #leave(entry: Entry): void {
    const { handle } = entry.model;
    void this.work(entry, { kind: "leave", session: entry.session }, internally(entry)).catch(() => {});
    this.#models.release(handle);
  }
}
