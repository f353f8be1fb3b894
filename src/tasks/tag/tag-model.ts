import type { NetworkConfig } from "../../networks/config.ts";
import type { ClassifyColumns } from "../classify/classify-records.ts";
import type { MostFrequentTags } from "./most-frequent-tag.ts";
import type { TagReading } from "./tag-examples.ts";

/** What a tagger's model is made from, and what it keeps beside its weights. Plain data. */
export interface TagOptions {
  readonly network: NetworkConfig;
  readonly reading: TagReading;
  readonly columns?: ClassifyColumns | undefined;
  readonly mostFrequent: MostFrequentTags;
  /** What overlooking a step of a span costs in training; nothing if not given. */
  readonly recallCost?: number;
  /** Steps of the training part's sequences, by which the loss of a sequence is divided. */
  readonly meanSteps: number;
}
