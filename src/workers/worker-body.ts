import type { ReferenceLoader } from "../kernels/select.ts";
import type { MemberReply, MemberRequest } from "../parallel/member.ts";
import type { KnownTasks } from "../tasks/find-task.ts";
import type { WorkerReply, WorkerRequest } from "../training/train.ts";
import { trainingWorker } from "../training/training-worker.ts";

/** The life of a worker: it trains one of the tasks that it knows, or it joins those that train, as its first message says. */
export function workerBody(
  post: (reply: WorkerReply | MemberReply, transferred: ArrayBuffer[]) => void,
  known: KnownTasks,
  loadReference?: ReferenceLoader,
): (request: WorkerRequest | MemberRequest) => void {
  let training: ((request: WorkerRequest) => void) | undefined;
  let member: Promise<(request: MemberRequest) => void> | undefined;
  return (request) => {
    if (request.type === "train") training = trainingWorker(post, known, loadReference);
    if (request.type === "join") {
      // Where one thread trains alone, what joins others is not loaded.
      member = import("./member-body.ts").then(({ memberBody }) =>
        memberBody((reply) => post(reply, []), known, loadReference),
      );
    }
    if (member) member.then((handle) => handle(request as MemberRequest)).catch(die);
    else training?.(request as WorkerRequest);
  };
}

/** Ends the worker, which whoever has started it hears of; a browser tells nobody of a promise that fails. */
function die(error: unknown): void {
  setTimeout(() => {
    throw error;
  });
}
