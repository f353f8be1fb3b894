import { parentPort } from "node:worker_threads";
import { loadReference } from "../kernels/load-reference.ts";
import type { WorldPlace } from "../mpi/world.ts";
import type { MemberRequest } from "../parallel/member.ts";
import type { ComputeMessage } from "../server/compute/protocol.ts";
import { TASKS } from "../tasks/task-table.ts";
import type { WorkerRequest } from "../training/train.ts";
import { computeBody } from "./compute-body.ts";
import { workerBody } from "./worker-body.ts";

const port = parentPort!;
const learn = workerBody(
  (reply, transferred) => port.postMessage(reply, transferred),
  TASKS,
  loadReference,
  async (world) => {
    const [{ ranksAt }, { joined }] = await Promise.all([
      import("../mpi/world.ts"),
      import("../training/ranks/joined.ts"),
    ]);
    return joined(await ranksAt(world as WorldPlace));
  },
);
let compute: ((message: ComputeMessage) => void) | undefined;
port.on("message", (request: WorkerRequest | MemberRequest | ComputeMessage) => {
  // Of the platforms' workers, Node's alone computes for a server: those of a page do not grow by what it needs.
  if ("type" in request && request.type === "compute")
    compute = computeBody((replies) => port.postMessage(replies));
  if (compute) compute(request as ComputeMessage);
  else learn(request as WorkerRequest | MemberRequest);
});
