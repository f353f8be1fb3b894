import type { Tensor } from "../tensor/tensor.ts";
import type { Meeting } from "./meeting.ts";
import type { Walked } from "./team.ts";
import type { ThreadWork } from "./thread-work.ts";

/** The teams of other processes, which walk over the other parts of each batch. */
export interface OtherTeams {
  /** How many teams there are, this one too, and which this one is. */
  readonly teams: number;
  readonly team: number;
  /** Before the first thread goes back from a loss: has sums be under way before it ends. */
  follow(loss: Tensor, work: ThreadWork<unknown>, meeting: Meeting): void;
  /**
   * After all threads of this team have walked: puts the sums of all teams' gradients where the first thread's stand. `reduce` sums those
   * of this team's threads, by their shares.
   */
  sum(
    work: ThreadWork<unknown>,
    meeting: Meeting,
    reduce: (shares: readonly number[]) => Promise<void>,
  ): Promise<Walked>;
}
