import { workerBody } from "./worker-body.ts";

const handle = workerBody((reply, transferred) => postMessage(reply, { transfer: transferred }));
addEventListener("message", (event) => handle(event.data));
