import { UnrolledError } from "../errors.ts";
import type { BackendName } from "../kernels/backend.ts";
import { joinBackend } from "../kernels/select.ts";
import type { DropoutPlaceState } from "../layers/dropout-place.ts";
import { createOptimiser, type OptimiserConfig } from "../optimisers/create.ts";
import type { OptimiserCounts } from "../optimisers/optimiser.ts";
import { Undrawn } from "../random/undrawn.ts";
import { Device } from "../tensor/device.ts";
import { Meeting } from "./meeting.ts";
import type { ReplicaFactory, ReplicaModule } from "./replica.ts";
import { adoptPacks, type SharedPack } from "./shared-packs.ts";
import { type Assignment, type ParameterChange, ThreadWork } from "./thread-work.ts";

/** What a member is sent. */
export type MemberRequest =
  | {
      readonly type: "join";
      readonly thread: number;
      readonly threads: number;
      readonly rows: number;
      readonly memory: WebAssembly.Memory;
      readonly backend: BackendName;
      readonly meeting: SharedArrayBuffer | ArrayBuffer;
      readonly replica: ReplicaModule;
      readonly optimiser: OptimiserConfig;
      /** Names of the parameters that are trained, and where they and what the optimiser remembers of them stand. */
      readonly trained: readonly string[];
      readonly parameters: readonly number[];
      readonly remembered: readonly number[];
    }
  | {
      readonly type: "walk";
      readonly part: Assignment<unknown> | null;
      readonly places: readonly (DropoutPlaceState | null)[];
    }
  | { readonly type: "restore"; readonly counts: OptimiserCounts }
  | {
      readonly type: "change";
      readonly change: ParameterChange | null;
      readonly packs: readonly SharedPack[];
    };

/** Where a piece of a member's carried state stands. */
export interface CarriedPlace {
  readonly name: string;
  readonly offset: number;
  readonly shape: readonly number[];
}

/** What it sends back. */
export type MemberReply =
  | { readonly type: "joined"; readonly carried: readonly CarriedPlace[] }
  | { readonly type: "failed"; readonly code: string | undefined; readonly message: string };

/** Finds the factory that a replica's module exports. */
export type FactoryFinder = (replica: ReplicaModule) => Promise<ReplicaFactory>;

/** The life of a thread that trains beside others: joins the heap, then does its share of each step. */
export function teamMember(
  post: (reply: MemberReply) => void,
  find: FactoryFinder,
): (request: MemberRequest) => void {
  let work: ThreadWork<unknown>;
  let meeting: Meeting;

  async function join(request: Extract<MemberRequest, { type: "join" }>): Promise<void> {
    const { thread, threads, rows, trained, parameters, remembered } = request;
    const device = new Device(await joinBackend(request.backend, request.memory), new Undrawn());
    const replica = (await find(request.replica))(device, request.replica.options, rows);
    const named = replica.model.namedParameters();
    const all = [...named.values()];
    requireSameCount("parameters", all.length, parameters.length);
    for (const [index, parameter] of all.entries()) device.borrow(parameter.storage, parameters[index]);
    const optimiser = createOptimiser(
      request.optimiser,
      trained.map((name) => named.get(name)!),
    );
    for (const [index, { storage }] of optimiser.tensors().entries())
      device.borrow(storage, remembered[index]);
    meeting = new Meeting(threads, trained.length, request.meeting);
    work = new ThreadWork(replica, optimiser, meeting, thread);
    const carried = Object.entries(replica.carried ?? {});
    post({
      type: "joined",
      carried: carried.map(([name, { offset, shape }]) => ({ name, offset, shape })),
    });
  }

  function handle(request: Exclude<MemberRequest, { type: "join" }>): void {
    switch (request.type) {
      case "walk": {
        const places = [...work.replica.model.dropoutPlaces().values()];
        for (const [index, place] of places.entries()) place.restore(request.places[index]);
        work.walk(request.part);
        meeting.meet();
        work.reduce();
        break;
      }
      case "restore":
        work.optimiser.recount(request.counts);
        break;
      case "change":
        work.update(request.change);
        meeting.meet();
        adoptPacks(work.parameters, request.packs);
        work.repack(request.packs);
        break;
    }
    meeting.arrive();
  }

  return (request) => {
    const done = request.type === "join" ? join(request) : attempt(() => handle(request));
    done.catch((error: unknown) => {
      meeting?.fail();
      const { message } = error instanceof Error ? error : new Error(String(error));
      post({ type: "failed", code: error instanceof UnrolledError ? error.code : undefined, message });
    });
  };
}

/** Runs at once, not in a later turn: others are waiting. */
function attempt(body: () => void): Promise<void> {
  try {
    body();
    return Promise.resolve();
  } catch (error) {
    return Promise.reject(error);
  }
}

function requireSameCount(what: string, own: number, needed: number): void {
  if (own !== needed) {
    throw new UnrolledError(
      "invalid-argument",
      `team: the module's replica has ${own} ${what} on one thread and ${needed} on another; it must make the same model each time`,
    );
  }
}
