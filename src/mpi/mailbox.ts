import { UnrolledError } from "../errors.ts";
import type { MpiLibrary, Requests } from "./library.ts";

const MAIL = 2;
/** What a letter has room for. */
const LETTER_BYTES = 2 ** 16;
const LOOK_EVERY_MS = 50;
const CLOSING_MS = 10;
/** The letter after which none follows. */
const LAST = new Uint8Array(0);

/** Letters between the first rank and each other one, for work that is not done step by step together. Plain data. */
export class Mailbox {
  readonly #mpi: MpiLibrary;
  readonly #partners: readonly {
    readonly rank: number;
    readonly incoming: Uint8Array;
    readonly receiving: Requests;
    readonly sending: Requests;
    readonly outgoing: Uint8Array;
    readonly waiting: Uint8Array[];
    isSending: boolean;
    hasEnded: boolean;
  }[];
  readonly #onLetter: (from: number, letter: unknown) => void;
  readonly #timer: NodeJS.Timeout;

  constructor(
    mpi: MpiLibrary,
    partners: readonly number[],
    onLetter: (from: number, letter: unknown) => void,
  ) {
    this.#mpi = mpi;
    this.#onLetter = onLetter;
    this.#partners = partners.map((rank) => ({
      rank,
      incoming: new Uint8Array(LETTER_BYTES),
      receiving: mpi.requests(1),
      sending: mpi.requests(1),
      outgoing: new Uint8Array(LETTER_BYTES),
      waiting: [],
      isSending: false,
      hasEnded: false,
    }));
    for (const { incoming, rank, receiving } of this.#partners) mpi.receive(incoming, rank, MAIL, receiving);
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  /** Sends a letter as soon as those before it are on their way. */
  post(to: number, letter: unknown): void {
    const text = new TextEncoder().encode(JSON.stringify(letter));
    if (text.length > LETTER_BYTES - 4) {
      throw new UnrolledError("invalid-argument", {
        problem: `what rank ${to} is to be told has ${text.length} bytes, needed at most ${LETTER_BYTES - 4}`,
      });
    }
    this.#partners.find(({ rank }) => rank === to)!.waiting.push(text);
    this.#look();
  }

  /**
   * Says that no more letters follow, and waits until the others have said so and have them all: a receive that nothing answers would
   * still be under way when MPI ends.
   */
  async close(): Promise<void> {
    for (const { waiting } of this.#partners) waiting.push(LAST);
    for (;;) {
      this.#look();
      if (this.#partners.every((each) => each.hasEnded && !each.isSending && each.waiting.length === 0))
        break;
      await new Promise((resume) => setTimeout(resume, CLOSING_MS));
    }
    clearInterval(this.#timer);
  }

  #look(): void {
    for (const partner of this.#partners) {
      const { rank, incoming, receiving, sending, outgoing, waiting } = partner;
      if (partner.isSending && this.#mpi.isDone(sending)) partner.isSending = false;
      const next = partner.isSending ? undefined : waiting.shift();
      if (next) {
        new DataView(outgoing.buffer).setUint32(0, next.length);
        outgoing.set(next, 4);
        partner.isSending = true;
        this.#mpi.send(outgoing, rank, MAIL, sending);
      }
      if (partner.hasEnded || !this.#mpi.isDone(receiving)) continue;
      const length = new DataView(incoming.buffer).getUint32(0);
      partner.hasEnded = length === LAST.length;
      if (partner.hasEnded) continue;
      const letter = JSON.parse(new TextDecoder().decode(incoming.slice(4, 4 + length)));
      this.#mpi.receive(incoming, rank, MAIL, receiving);
      this.#onLetter(rank, letter);
    }
  }
}
