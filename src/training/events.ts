import type { Evaluation } from "../models/evaluation.ts";
import type { ModelFiles } from "../models/folder.ts";

import type { TrainingSettings } from "./settings.ts";

/** What training tells, one event at a time, in this order: start, then step, eval, sample and model as they come, then end. */
export type TrainingEvent =
  | {
      readonly type: "start";
      readonly settings: TrainingSettings;
      readonly backend: string;
      readonly backendReason: string;
      readonly threads: number;
      readonly parameters: number;
      readonly vocabularySize: number;
      readonly trainingTokens: number;
      /** Of these, how many the tokenizer does not know. */
      readonly unknownTokens: number;
      readonly validationTokens: number;
      readonly stepsPerEpoch: number;
      /** Steps the run will have; null while only the time is known (minutes). */
      readonly totalSteps: number | null;
      /** Memory that training will take. */
      readonly memoryBytes: number;
      /** Measured on a first step that is not kept. */
      readonly secondsPerEpoch: number;
      /** The step that a checkpoint goes on after; null at a beginning. */
      readonly resumedAt: number | null;
    }
  | {
      readonly type: "step";
      readonly step: number;
      /** Epochs done, with a fraction. */
      readonly epoch: number;
      readonly lossNats: number;
      readonly gradientNorm: number;
      readonly learningRate: number;
      readonly tokensPerSecond: number;
      readonly secondsLeft: number;
      /** What the heap has grown to. */
      readonly memoryBytes: number;
    }
  | ({ readonly type: "eval"; readonly step: number; readonly best: boolean } & Evaluation)
  | { readonly type: "sample"; readonly step: number; readonly text: string }
  /** Something that people should know: a bad step, a lower learning rate. */
  | { readonly type: "note"; readonly step: number; readonly text: string }
  /** Everything that is needed to go on from this step, as the bytes of a file. */
  | { readonly type: "checkpoint"; readonly step: number; readonly file: Uint8Array }
  /** The best model so far (by the held-out text; the last where nothing is held out), to be kept. */
  | { readonly type: "model"; readonly step: number; readonly files: ModelFiles }
  | {
      readonly type: "end";
      readonly reason: "steps" | "epochs" | "minutes" | "early-stopping" | "aborted";
      readonly steps: number;
      readonly seconds: number;
      readonly tokensPerSecond: number;
      /** Of the best model on the whole held-out text; null where nothing is held out. */
      readonly evaluation: Evaluation | null;
    };
