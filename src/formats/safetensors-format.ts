// What readers and writers of safetensors files (https://github.com/huggingface/safetensors#format) both know.

/** The first eight bytes of a file hold the header's length. */
export const LENGTH_BYTES = 8;
/** The format's own limit against files that ask for absurd amounts of memory. */
export const MAX_HEADER_BYTES = 100_000_000;
/** The one key of the header that is no tensor. */
export const METADATA_KEY = "__metadata__";
