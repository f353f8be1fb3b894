import type { ReferenceLoader } from "../kernels/select.ts";
import type { MemberReply, MemberRequest } from "../parallel/member.ts";
import type { KnownTasks } from "../tasks/find-task.ts";
import type { WorkerReply, WorkerRequest } from "../training/train.ts";
import { type RanksJoiner, trainingWorker } from "../training/training-worker.ts";
import { memberBody } from "./member-body.ts";

/** The life of a worker: it trains one of the tasks that it knows, or it joins those that train, as its first message says. */
export function workerBody(
  post: (reply: WorkerReply | MemberReply, transferred: ArrayBuffer[]) => void,
  known: KnownTasks,
  loadReference?: ReferenceLoader,
  joinRanks?: RanksJoiner,
): (request: WorkerRequest | MemberRequest) => void {
  let training: ((request: WorkerRequest) => void) | undefined;
  let member: ((request: MemberRequest) => void) | undefined;
  return (request) => {
    if (request.type === "train") training = trainingWorker(post, known, loadReference, joinRanks);
    if (request.type === "join") member = memberBody((reply) => post(reply, []), known, loadReference);
    if (member) member(request as MemberRequest);
    else training?.(request as WorkerRequest);
  };
}
