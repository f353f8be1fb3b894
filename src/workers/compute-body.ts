import type { ComputeReply, ComputeRequest } from "../server/compute/protocol.ts";

/** The life of a worker that computes for a server. What that needs is imported when it begins; what comes meanwhile waits for it. */
export function computeBody(
  post: (replies: readonly ComputeReply[]) => void,
): (request: ComputeRequest) => void {
  const engine = import("../server/compute/engine.ts").then(({ Engine }) => new Engine(post));
  return (request) => void engine.then((ready) => ready.receive(request));
}
