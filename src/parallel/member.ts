import type { CellModule } from "../cells/own-cells.ts";
import { type ErrorCode, type ErrorFields, UnrolledError } from "../errors.ts";
import type { HeapMemory } from "../heap/heap.ts";
import type { BackendName } from "../kernels/backend.ts";
import { joinBackend, type ReferenceLoader } from "../kernels/select.ts";
import type { DropoutPlaceState } from "../module/dropout-place.ts";
import { createOptimiser, type OptimiserConfig } from "../optimisers/create.ts";
import type { OptimiserCounts } from "../optimisers/optimiser.ts";
import { Undrawn } from "../random/undrawn.ts";
import { Device } from "../tensor/device.ts";
import { describeReplica, requireSameReplica } from "./description.ts";
import { Meeting } from "./meeting.ts";
import type { PartFigures } from "./part-figures.ts";
import type { Part, ReplicaFactory, ReplicaModule } from "./replica.ts";
import { adoptPacks, type SharedPack } from "./shared-packs.ts";
import { type Assignment, type ParameterChange, ThreadWork } from "./thread-work.ts";

/** What a member is sent first. */
export interface JoinRequest {
  readonly type: "join";
  readonly thread: number;
  readonly threads: number;
  readonly rows: number;
  readonly memory: HeapMemory;
  readonly backend: BackendName;
  readonly isWhole: boolean;
  readonly meeting: SharedArrayBuffer | ArrayBuffer;
  readonly replica: ReplicaModule;
  /** Where cells of the user's own come from. */
  readonly cells: readonly CellModule[];
  /** How long its module may take to load. */
  readonly startSeconds: number;
  /** What this thread's replica must be like: `describeReplica` of the first thread's. */
  readonly description: readonly string[];
  readonly optimiser: OptimiserConfig;
  /** Names of the parameters that are trained, and where all parameters and what the optimiser remembers stand. */
  readonly trained: readonly string[];
  readonly parameters: readonly number[];
  readonly remembered: readonly number[];
}

/** What it is sent to work on. */
export type StepRequest =
  | {
      readonly type: "evaluate";
      readonly parts: readonly Part<unknown>[];
      /** Where the first thread's buffers stand, in the order of their names. */
      readonly buffers: readonly number[];
    }
  | {
      readonly type: "walk";
      readonly part: Assignment<unknown> | null;
      readonly places: readonly (DropoutPlaceState | null)[];
      readonly training: boolean;
      /** Whether gradients are summed at once; else with the shares that are sent next. */
      readonly sums: boolean;
    }
  | { readonly type: "sum"; readonly shares: readonly number[] }
  | {
      readonly type: "change";
      /** Null: parameters were changed otherwise, any of them. */
      readonly change: ParameterChange | null;
      /** How often the optimiser had changed what before. */
      readonly counts: OptimiserCounts;
      readonly packs: readonly SharedPack[];
    };

export type MemberRequest = JoinRequest | StepRequest;

/** Where a piece of a member's carried state stands. */
export interface CarriedPlace {
  readonly name: string;
  readonly offset: number;
  readonly shape: readonly number[];
}

/** What it sends back. */
export type MemberReply =
  | { readonly type: "joined"; readonly carried: readonly CarriedPlace[] }
  | { readonly type: "evaluated"; readonly figures: readonly PartFigures[] }
  | {
      readonly type: "failed";
      /** Of an error of the library. */
      readonly known: { readonly code: ErrorCode; readonly fields: ErrorFields } | undefined;
      readonly message: string;
      readonly stack: string | undefined;
    };

/** Finds the factory that a replica's module exports, the cells that it needs known. */
export type FactoryFinder = (request: JoinRequest) => Promise<ReplicaFactory>;

/** The life of a thread that trains beside others: joins the heap, then does its share of each step. */
export function teamMember(
  post: (reply: MemberReply) => void,
  find: FactoryFinder,
  loadReference?: ReferenceLoader,
): (request: MemberRequest) => void {
  let work: ThreadWork<unknown>;
  let meeting: Meeting | undefined;

  async function join(request: JoinRequest): Promise<void> {
    const { thread, threads, rows, trained, parameters, remembered } = request;
    const device = new Device(
      await joinBackend(request.backend, request.memory, request.isWhole, loadReference),
      new Undrawn(),
    );
    const replica = (await find(request))(device, request.replica.options, rows);
    requireSameReplica(request.description, describeReplica(replica));
    const named = replica.model.namedParameters();
    for (const [index, parameter] of [...named.values()].entries())
      device.borrow(parameter.storage, parameters[index]);
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

  /** A step's work has two halves, between which all meet; a team that has failed meanwhile gets no second one. */
  function handle(request: StepRequest, meeting: Meeting): void {
    switch (request.type) {
      case "walk": {
        for (const [index, place] of work.dropoutPlaces.entries()) place.restore(request.places[index]);
        work.setTraining(request.training);
        work.walk(request.part);
        if (!request.sums) break;
        if (!meeting.meet()) return;
        work.reduce();
        break;
      }
      case "sum":
        work.reduce(request.shares);
        break;
      case "evaluate":
        post({ type: "evaluated", figures: work.evaluate(request.parts, request.buffers) });
        break;
      case "change":
        work.optimiser.recount(request.counts);
        work.update(request.change);
        if (!meeting.meet()) return;
        adoptPacks(work.parameters, request.packs);
        work.repack(request.packs, request.change);
        break;
    }
    meeting.arrive();
  }

  function fail(error: unknown): void {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    const known = error instanceof UnrolledError ? { code: error.code, fields: error.fields } : undefined;
    post({ type: "failed", known, message, stack });
    meeting?.fail();
  }

  return (request) => {
    if (request.type === "join") join(request).catch(fail);
    else {
      try {
        handle(request, meeting!);
      } catch (error) {
        fail(error);
      }
    }
  };
}
