import type { ComputeMessage, ComputeReply } from "../server/compute/protocol.ts";

/** The life of a worker that computes for a server. What that needs is imported when it begins; what comes meanwhile waits for it. */
export function computeBody(
  post: (replies: readonly ComputeReply[]) => void,
): (message: ComputeMessage) => void {
  const engine = import("../server/compute/engine.ts").then(({ Engine }) => new Engine(post));
  return (message) =>
    void engine.then((ready) => {
      if ("type" in message) ready.start(message);
      else for (const request of message) ready.receive(request);
    });
}
