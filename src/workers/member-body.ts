import type { ReferenceLoader } from "../kernels/select.ts";
import { importCell } from "../networks/import-cell.ts";
import { importFactory } from "../parallel/import-factory.ts";
import { type MemberReply, type MemberRequest, teamMember } from "../parallel/member.ts";
import { importerOf, type KnownTasks } from "../tasks/find-task.ts";

/** The life of a worker that joins those that train. */
export function memberBody(
  post: (reply: MemberReply) => void,
  known: KnownTasks,
  loadReference: ReferenceLoader | undefined,
): (request: MemberRequest) => void {
  return teamMember(
    post,
    async ({ cells, replica, startSeconds }) => {
      for (const cell of cells) await importCell(cell);
      return importFactory(replica, startSeconds, importerOf(known));
    },
    loadReference,
  );
}
