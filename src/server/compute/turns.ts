/**
 * Turns of a thread, for those who take many: between two of them it looks at what has come. As `nextTurn`, by one channel, which keeps the
 * thread alive until it is closed.
 */
export class Turns {
  readonly #from: MessagePort;
  readonly #to: MessagePort;
  #waiting: (() => void)[] = [];

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.#from = port1;
    this.#to = port2;
    port1.onmessage = () => {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const call of waiting) call();
    };
  }

  /** Calls back at the next one. */
  next(call: () => void): void {
    this.#waiting.push(call);
    if (this.#waiting.length === 1) this.#to.postMessage(null);
  }

  close(): void {
    this.#from.close();
  }
}
