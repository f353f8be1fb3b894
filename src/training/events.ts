import type { Evaluation } from "../models/evaluation.ts";
import type { ModelFiles } from "../models/folder.ts";

import type { TrainingSettings } from "./settings.ts";

/** What training tells, one event at a time, in this order: start, then step, eval, sample, note and model as they come, then end. */
export type TrainingEvent =
  | {
      readonly type: "start";
      readonly settings: TrainingSettings;
      readonly backend: string;
      readonly backendReason: string;
      readonly parameters: number;
      readonly vocabularySize: number;
      readonly trainingTokens: number;
      readonly validationTokens: number;
      readonly stepsPerEpoch: number;
      /** Steps the run will have; null while only the time is known (minutes). */
      readonly totalSteps: number | null;
      /** Memory that training will take. */
      readonly memoryBytes: number;
      /** Measured on a first step that is not kept. */
      readonly secondsPerEpoch: number;
      readonly threads?: number;
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
      /** What the heap holds by now. */
      readonly memoryBytes?: number;
    }
  | ({ readonly type: "eval"; readonly step: number; readonly best: boolean } & Evaluation)
  | { readonly type: "sample"; readonly step: number; readonly text: string }
  /** What people should know: a divergence, a learning rate that was reduced, a warning. */
  | { readonly type: "note"; readonly step: number; readonly text: string }
  /** The best model so far (by the held-out text; the last where nothing is held out), to be kept. */
  | { readonly type: "model"; readonly step: number; readonly files: ModelFiles }
  | {
      readonly type: "end";
      readonly reason: "steps" | "epochs" | "minutes" | "aborted";
      readonly steps: number;
      readonly seconds: number;
      readonly tokensPerSecond: number;
      /** Of the best model on the whole held-out text; null where nothing is held out. */
      readonly evaluation: Evaluation | null;
    };
