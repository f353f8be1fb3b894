import type { ReferenceLoader } from "../kernels/select.ts";
import { importFactory } from "../parallel/import-factory.ts";
import { type MemberReply, type MemberRequest, teamMember } from "../parallel/member.ts";
import { importModule } from "../tasks/find-task.ts";

/** The life of a worker that joins those that train. */
export function memberBody(
  post: (reply: MemberReply) => void,
  loadReference: ReferenceLoader | undefined,
): (request: MemberRequest) => void {
  return teamMember(post, (replica, seconds) => importFactory(replica, seconds, importModule), loadReference);
}
