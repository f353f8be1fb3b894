// Sockets whose messages are answered one after the other, in the order in which they come.
import type { WorkOptions } from "../compute/compute.ts";
import { errorBody, HttpError } from "../http-error.ts";
import type { ServerParts } from "../server-app.ts";
import type { Socket, SocketHandlers } from "../upgrade-web-socket.ts";

/** Messages that may wait; who sends more does not listen. */
const MOST_WAITING = 256;
const TOO_MUCH = 1013;

/** What is sent back. */
export type Answer = string | ArrayBuffer;

/** Is told when there is somebody who listens, and when nobody does any more. */
export interface SocketLife {
  opened?(): void;
  closed?(): void;
}

export class AnsweringSocket implements SocketHandlers {
  readonly #parts: ServerParts;
  readonly #client: string;
  readonly #answer: (data: unknown, options: WorkOptions) => Promise<Answer>;
  readonly #life: SocketLife;
  readonly #abort = new AbortController();
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #socket: Socket | undefined;

  /** @param answer makes an answer of a text, or of bytes */
  constructor(
    parts: ServerParts,
    client: string,
    answer: (data: unknown, options: WorkOptions) => Promise<Answer>,
    life: SocketLife = {},
  ) {
    this.#parts = parts;
    this.#client = client;
    this.#answer = answer;
    this.#life = life;
  }

  onOpen(_: unknown, socket: Socket): void {
    this.#socket = socket;
    this.#parts.sockets.add(socket);
    this.#life.opened?.();
  }

  onMessage({ data }: { readonly data: unknown }, socket: Socket): void {
    this.#waiting += 1;
    if (this.#waiting > MOST_WAITING) {
      socket.close(TOO_MUCH, "messages come faster than they are read");
      return;
    }
    this.#last = this.#last.then(async () => {
      this.#waiting -= 1;
      const { signal } = this.#abort;
      if (signal.aborted) return;
      const answer = await this.#answered(data);
      if (!signal.aborted) socket.send(answer);
    });
  }

  onClose(): void {
    // Some runtimes name a socket by another object each time.
    if (this.#socket) this.#parts.sockets.delete(this.#socket);
    this.#abort.abort();
    this.#life.closed?.();
  }

  async #answered(data: unknown): Promise<Answer> {
    const options = {
      client: this.#client,
      deadlineMs: this.#parts.deadlineMs(),
      signal: this.#abort.signal,
    };
    try {
      return await this.#parts.admission.during(1, () => this.#answer(data, options));
    } catch (error) {
      const failed = this.#parts.failed(error);
      return JSON.stringify(errorBody(failed.status, failed.message, failed));
    }
  }
}

/** A message's text as JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpError(400, "the message is no JSON");
  }
}

/** A message's bytes, of whatever kind the runtime gives. */
export async function bytesOf(data: unknown): Promise<ArrayBuffer> {
  return new Blob([data as ArrayBuffer]).arrayBuffer();
}
