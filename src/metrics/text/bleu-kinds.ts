/** How lines become words. */
export const BLEU_TOKENIZATIONS = ["13a", "intl", "char", "none"] as const;

/**
 * "13a": as NIST's mteval-v13a, for Western languages. "intl": as mteval-v14 does, by Unicode's punctuation and symbols. "char": every
 * character is a word. "none": words are what white space separates.
 */
export type BleuTokenization = (typeof BLEU_TOKENIZATIONS)[number];

/** What stands for precisions of zero. */
export const BLEU_SMOOTHINGS = ["exp", "floor", "add-k", "none"] as const;

/** What stands for precisions of zero (Chen & Cherry, "A systematic comparison of smoothing techniques for sentence-level BLEU", 2014). */
export type BleuSmoothing = (typeof BLEU_SMOOTHINGS)[number];
