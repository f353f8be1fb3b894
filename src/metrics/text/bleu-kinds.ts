/**
 * "13a": as NIST's mteval-v13a, for Western languages. "intl": as mteval-v14 does, by Unicode's punctuation and symbols. "char": every
 * character is a word. "none": words are what white space separates.
 */
export type BleuTokenization = "13a" | "intl" | "char" | "none";

export const BLEU_TOKENIZATIONS = [
  "13a",
  "intl",
  "char",
  "none",
] as const satisfies readonly BleuTokenization[];

/** What stands for precisions of zero (Chen & Cherry, "A systematic comparison of smoothing techniques for sentence-level BLEU", 2014). */
export type BleuSmoothing = "exp" | "floor" | "add-k" | "none";

export const BLEU_SMOOTHINGS = ["exp", "floor", "add-k", "none"] as const satisfies readonly BleuSmoothing[];
