import { parentPort } from "node:worker_threads";
import { teamMember } from "../parallel/member.ts";
import { importFactory } from "./import-factory.ts";

const port = parentPort!;
port.on(
  "message",
  teamMember((reply) => port.postMessage(reply), importFactory),
);
