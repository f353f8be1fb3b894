// Replicas that go wrong in a step, on one thread: the first is a main thread, the others are workers.
import { isMainThread } from "node:worker_threads";
import { type Device, UnrolledError, zeros } from "unrolled";
import type { Replica } from "unrolled/training";
import { type SmallShare, smallReplica } from "./small-replica.ts";

export interface Fault {
  readonly where: "first" | "others";
  readonly what:
    | "error"
    | "unrolled-error"
    | "exit"
    | "other-sizes"
    | "other-carried"
    | "error-at-once"
    | "exit-at-once"
    | "late-error";
}

/** The third step goes wrong. */
export function faultyReplica(device: Device, { where, what }: Fault, rows: number): Replica<SmallShare> {
  const isFaulty = where === (isMainThread ? "first" : "others");
  if (!isFaulty) return smallReplica(device, {}, rows);
  if (what === "error-at-once") throw new Error("no weights for Saturn");
  if (what === "exit-at-once") process.exit(4);
  const replica = smallReplica(device, what === "other-sizes" ? { vocabularySize: 8 } : {}, rows);
  if (what === "other-carried") {
    return { model: replica.model, loss: (share) => replica.loss(share), carried: { x: zeros(device, [1]) } };
  }
  let calls = 0;
  return {
    ...replica,
    loss(share) {
      calls += 1;
      if (calls === 3) {
        if (what === "error") throw new Error("the third share is cursed");
        if (what === "unrolled-error")
          throw new UnrolledError("not-finite", { call: "loss", problem: "it is not finite" });
        if (what === "exit") process.exit(3);
        // Thrown by nobody's call: the worker dies of it.
        if (what === "late-error")
          queueMicrotask(() => {
            throw new Error("thrown in passing");
          });
      }
      return replica.loss(share);
    },
  };
}
