import { parentPort } from "node:worker_threads";
import { trainingWorker } from "../training/worker-body.ts";

const port = parentPort!;
port.on(
  "message",
  trainingWorker((reply, transferred) => port.postMessage(reply, transferred)),
);
