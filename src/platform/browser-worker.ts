import type { WorkerRequest } from "../training/train.ts";
import { trainingWorker } from "../training/worker-body.ts";

const handle = trainingWorker((reply, transferred) => postMessage(reply, { transfer: transferred }));
addEventListener("message", (event: MessageEvent<WorkerRequest>) => handle(event.data));
