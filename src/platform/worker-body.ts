import type { ReferenceLoader } from "../kernels/select.ts";
import { type MemberReply, type MemberRequest, teamMember } from "../parallel/member.ts";
import type { WorkerReply, WorkerRequest } from "../training/train.ts";
import { trainingWorker } from "../training/worker-body.ts";
import { importFactory } from "./import-factory.ts";

/** The life of a worker: it trains, or it joins those that train, as its first message says. */
export function workerBody(
  post: (reply: WorkerReply | MemberReply, transferred: ArrayBuffer[]) => void,
  loadReference?: ReferenceLoader,
): (request: WorkerRequest | MemberRequest) => void {
  let training: ((request: WorkerRequest) => void) | undefined;
  let member: ((request: MemberRequest) => void) | undefined;
  return (request) => {
    if (request.type === "join")
      member = teamMember((reply) => post(reply, []), importFactory, loadReference);
    if (request.type === "train") training = trainingWorker(post, loadReference);
    if (member) member(request as MemberRequest);
    else training?.(request as WorkerRequest);
  };
}
