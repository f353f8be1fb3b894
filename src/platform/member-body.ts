import type { ReferenceLoader } from "../kernels/select.ts";
import { type MemberReply, type MemberRequest, teamMember } from "../parallel/member.ts";
import { importFactory } from "./import-factory.ts";

/** The life of a worker that joins those that train. */
export function memberBody(
  post: (reply: MemberReply) => void,
  loadReference: ReferenceLoader | undefined,
): (request: MemberRequest) => void {
  return teamMember(post, importFactory, loadReference);
}
