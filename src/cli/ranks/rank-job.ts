import type { CellModule } from "../../cells/own-cells.ts";
import type { TaskModule } from "../../tasks/task.ts";
import type { RunPlan } from "../run/run-plan.ts";
import type { RunSettings } from "../run/train-settings.ts";

/** Tokens that are to be found or made. */
export interface CorpusJob {
  readonly plan: RunPlan;
  /** Of a tokenizer that is there already. */
  readonly tokenizerJson: unknown;
  readonly hash: string;
}

/** What rank 0 has the others do. Plain data. */
export type RankJob =
  | {
      readonly type: "train";
      readonly task: string | TaskModule;
      readonly settings: RunSettings;
      readonly cells: readonly CellModule[];
      /** Names of the files of a model to begin with; their bytes follow. */
      readonly model: readonly { readonly name: string; readonly bytes: number }[] | null;
      /** What the task takes; for texts that are made into tokens, what they are made from and the hash of what comes out. */
      readonly data: unknown;
      readonly corpus: CorpusJob | null;
    }
  /** Run trials, of which letters tell. */
  | { readonly type: "sweep" }
  | { readonly type: "end" };
