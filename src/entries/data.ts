// `unrolled/data`: tokenizers, streams of tokens, batches, padding, splits.

export { batches } from "../data/batches.ts";
export { type PaddedIds, type PaddedVectors, padSequences } from "../data/pad-sequences.ts";
export { stratifiedSplit } from "../data/stratified-split.ts";
export { type TokenStreams, tokenStreams } from "../data/streams.ts";
export type { DataSource } from "../data/tables/data-source.ts";
export type { TableFormat, TableRow } from "../data/tables/read-rows.ts";
export { readTable, type Table } from "../data/tables/read-table.ts";
export { Scaler, type ScalerState } from "../data/tables/scaler.ts";
export { type WindowsOptions, windows } from "../data/tables/windows.ts";
export type { Tokenizer, TokenizerKind, TokenStream } from "../data/tokenizers/tokenizer.ts";
export { tokenizerFromJSON } from "../data/tokenizers/tokenizer-json.ts";
export { tokenizerTrainer } from "../data/tokenizers/tokenizer-trainer.ts";
export { trainTokenizer } from "../data/tokenizers/train-tokenizer.ts";
export type { Tokens } from "../data/tokens.ts";
export type { TokenizerTrainer, TokenizerTrainerOptions } from "../data/vocabularies/vocabulary.ts";
export { lengthMask } from "../tensor/operations/length-mask.ts";
