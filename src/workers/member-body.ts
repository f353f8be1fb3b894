import type { ReferenceLoader } from "../kernels/select.ts";
import { importCell } from "../networks/import-cell.ts";
import { importFactory } from "../parallel/import-factory.ts";
import { type MemberReply, type MemberRequest, teamMember } from "../parallel/member.ts";
import { importModule } from "../tasks/find-task.ts";

/** The life of a worker that joins those that train. */
export function memberBody(
  post: (reply: MemberReply) => void,
  loadReference: ReferenceLoader | undefined,
): (request: MemberRequest) => void {
  return teamMember(
    post,
    async ({ cells, replica, startSeconds }) => {
      for (const cell of cells) await importCell(cell);
      return importFactory(replica, startSeconds, importModule);
    },
    loadReference,
  );
}
