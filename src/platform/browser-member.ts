import type { MemberRequest } from "../parallel/member.ts";
import { teamMember } from "../parallel/member.ts";
import { importFactory } from "./import-factory.ts";

const handle = teamMember((reply) => postMessage(reply), importFactory);
addEventListener("message", (event: MessageEvent<MemberRequest>) => handle(event.data));
