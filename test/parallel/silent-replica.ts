// Loads on a main thread, and on workers never.
import { isMainThread } from "node:worker_threads";

if (!isMainThread) await new Promise(() => {});

export { smallReplica } from "./small-replica.ts";
