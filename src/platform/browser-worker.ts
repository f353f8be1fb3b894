import type { WorkerRequest } from "../training/train.ts";
import { trainingWorker } from "../training/worker-body.ts";

const handle = trainingWorker((reply) => postMessage(reply));
addEventListener("message", (event: MessageEvent<WorkerRequest>) => handle(event.data));
