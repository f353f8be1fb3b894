import { parentPort } from "node:worker_threads";
import { loadReference } from "../kernels/load-reference.ts";
import { TASKS } from "../tasks/task-table.ts";
import { workerBody } from "./worker-body.ts";

const port = parentPort!;
port.on(
  "message",
  workerBody((reply, transferred) => port.postMessage(reply, transferred), TASKS, loadReference),
);
