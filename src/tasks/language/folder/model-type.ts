/** What config.json of a language model's folder calls itself. */
export const MODEL_TYPE = "unrolled-language-model";
