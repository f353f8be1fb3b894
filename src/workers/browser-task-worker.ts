// The worker that trains every task of the package.
import { TASKS } from "../tasks/task-table.ts";
import { workerBody } from "./worker-body.ts";

const handle = workerBody((reply, transferred) => postMessage(reply, { transfer: transferred }), TASKS);
addEventListener("message", (event) => handle(event.data));
