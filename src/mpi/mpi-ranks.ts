import type { Lane, Ranks, Transfer } from "../parallel/ranks.ts";
import type { MpiLibrary, Requests } from "./library.ts";
import type { Signals } from "./signals.ts";

/** Looks before a wait gives its core away in between, and before it sleeps. */
const BUSY_LOOKS = 200;
const AWAKE_MS = 20;
const NAP_MS = 1;
const REPORT = 1;

/** The ranks of an MPI's world, for one thread of a process at a time. */
export class MpiRanks implements Ranks {
  readonly rank: number;
  readonly size: number;
  readonly hosts: readonly string[];
  readonly #mpi: MpiLibrary;
  readonly #signals: Signals;
  readonly #request: Requests;
  readonly #reports: readonly Requests[];
  readonly #nap = new Int32Array(new SharedArrayBuffer(4));

  constructor(mpi: MpiLibrary, signals: Signals, hosts: readonly string[]) {
    this.#mpi = mpi;
    this.#signals = signals;
    this.hosts = hosts;
    this.rank = mpi.rank();
    this.size = mpi.size();
    this.#request = mpi.requests(1);
    this.#reports = Array.from({ length: this.size }, () => mpi.requests(1));
  }

  get isEndAsked(): boolean {
    return this.#signals.isEndAsked;
  }

  broadcast(bytes: Uint8Array): void {
    this.#mpi.broadcast(bytes, this.#request);
    this.#wait(this.#request, 0);
  }

  /** By rank 0, which is told by each by itself and so knows whom it waits for. */
  gather(own: Uint8Array, all: Uint8Array): void {
    const { length } = own;
    if (this.rank > 0) {
      this.#mpi.send(own, 0, REPORT, this.#request);
      this.#wait(this.#request, 0);
    } else {
      all.set(own);
      const others = this.#reports.slice(1);
      for (const [index, request] of others.entries()) {
        const from = (index + 1) * length;
        this.#mpi.receive(all.subarray(from, from + length), index + 1, REPORT, request);
      }
      for (const [index, request] of others.entries()) this.#wait(request, index + 1);
    }
    this.broadcast(all.subarray(0, length * this.size));
  }

  lane(): Lane {
    const among = this.#mpi.communicator();
    return {
      exchange: (pieces, received) =>
        this.#transfer((request) =>
          this.#mpi.exchange(pieces, received, pieces.length / this.size, among, request),
        ),
      gather: (own, all) => this.#transfer((request) => this.#mpi.gather(own, all, among, request)),
    };
  }

  #transfer(begin: (request: Requests) => void): Transfer {
    const request = this.#mpi.requests(1);
    begin(request);
    return { isDone: () => this.#mpi.isDone(request), wait: () => this.#wait(request, this.rank) };
  }

  /** Waits for what may come at once, so busily at first; `whom` is told to who looks at this process from outside. */
  #wait(request: Requests, whom: number): void {
    for (let look = 0; look < BUSY_LOOKS; look++) if (this.#mpi.isDone(request)) return;
    const began = performance.now();
    this.#signals.waitsFor(whom);
    while (!this.#mpi.isDone(request)) {
      if (performance.now() - began < AWAKE_MS) this.#mpi.giveWay();
      else Atomics.wait(this.#nap, 0, 0, NAP_MS);
    }
    this.#signals.waitsForNobody();
  }
}
