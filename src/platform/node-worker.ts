import { parentPort } from "node:worker_threads";
import { workerBody } from "./worker-body.ts";

const port = parentPort!;
port.on(
  "message",
  workerBody((reply, transferred) => port.postMessage(reply, transferred)),
);
