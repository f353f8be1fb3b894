// `unrolled/formats/safetensors`: safetensors files, whole, stored as they are, or in shards.

export {
  type ReadingOptions,
  readSafetensors,
  readStoredSafetensors,
  type SafetensorsTensor,
  type StoredSafetensor,
} from "../../formats/safetensors.ts";
export { readShardedSafetensors } from "../../formats/sharded-safetensors.ts";
export type { StoredNumbers, StoredType } from "../../formats/stored-numbers.ts";
export { type SafetensorsInput, writeSafetensors } from "../../formats/write-safetensors.ts";
