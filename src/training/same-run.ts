import { UnrolledError } from "../errors.ts";
import type { Task } from "../tasks/task.ts";
import type { RunState } from "./run-state.ts";
import type { AnyPrepared } from "./trainer.ts";

/**
 * Throws unless a checkpoint is of this task and of these data.
 *
 * @throws UnrolledError "invalid-argument" that says what is another
 */
export async function requireSameRun(state: RunState, task: Task, prepared: AnyPrepared): Promise<void> {
  const { sizes = {}, batchesPerEpoch } = prepared;
  if (state.task !== task.name) refuse(`of the task ${state.task}, now it is ${task.name}`);
  for (const [what, then] of Object.entries(state.sizes)) {
    const now = sizes[what] ?? 0;
    if (then !== now)
      refuse(`from a run with ${then} ${what}, now there are ${now}; it can go on only with the same data`);
  }
  if (state.place) {
    const { epoch, batch } = state.place;
    const isHere = epoch * batchesPerEpoch + batch === state.step;
    if (!isHere)
      refuse(
        `from step ${state.step}, batch ${batch + 1} of epoch ${epoch + 1}, where an epoch has ${batchesPerEpoch} batches now`,
      );
  }
  if (state.digest !== null && state.digest !== (await prepared.digest()))
    refuse("from a run with other data of the same sizes; it can go on only with the same");
}

function refuse(problem: string): never {
  throw new UnrolledError("invalid-argument", { call: "train", problem: `the checkpoint is ${problem}` });
}
