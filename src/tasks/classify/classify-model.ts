import type { NetworkConfig } from "../../networks/config.ts";
import type { ClassifyReading } from "./classify-examples.ts";
import type { ClassifyColumns } from "./classify-records.ts";

/** What a classifier's model is made from, and what it keeps beside its weights. Plain data. */
export interface ClassifyOptions {
  readonly network: NetworkConfig;
  readonly reading: ClassifyReading;
  readonly columns?: ClassifyColumns | undefined;
  /** Examples of each class in the training part, in the order of the labels. */
  readonly counts: readonly number[];
  /** Not in folders of before. */
  readonly trainingExamples?: number;
  /** Added to the logits of each class in training, where it is learned from less or more often than it stands there; none if not given. */
  readonly shift?: readonly number[];
  readonly labelSmoothing: number;
  readonly balanced: boolean;
  readonly temperature: number;
}
