import type { Tokenizer } from "../data/tokenizer.ts";
import type { Evaluation } from "./evaluation.ts";
import type { GenerationConfig } from "./generation-config.ts";
import type { LanguageModel } from "./language-model.ts";

/** A language model with all that belongs to it: what a model's folder holds. */
export interface TrainedModel {
  readonly model: LanguageModel;
  readonly tokenizer: Tokenizer;
  /** The settings it was trained with, if the folder tells. */
  readonly training?: Readonly<Record<string, unknown>> | undefined;
  /** Measured on the held-out text, if there was one. */
  readonly evaluation?: Evaluation | undefined;
  /** How its texts are continued where a call says nothing else. */
  readonly generation?: GenerationConfig | undefined;
}
