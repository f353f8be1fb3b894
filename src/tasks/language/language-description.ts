import { LANGUAGE_OPTIONS, settleLanguage } from "./language-options.ts";

/** What there is to say of the task "language" without the engine that trains it. */
export const LANGUAGE = {
  name: "language",
  options: LANGUAGE_OPTIONS,
  loss: "lossNats",
  units: "tokens",
  judge: { measure: "lossNats", better: "less" },
  figures: ["lossNats", "perplexity", "bitsPerCharacter"],
  results: ["lossNats", "bitsPerCharacter"],
  help: {
    batchSize: "parallel streams through the text",
    epochs: "times through the text",
    freeze: "leave parameters as they are: encoder, rnn.*_l0, …",
  },
  settle: settleLanguage,
} as const;
