/** What config.json of a language model's folder calls itself. */
export const MODEL_TYPE = "unrolled-language-model";
/** The version that is written. */
export const FORMAT_VERSION = 2;
