// `unrolled/formats/pytorch`: PyTorch's checkpoints and state dictionaries.

export { readPyTorch } from "../../formats/pytorch.ts";
export type { PyTorchTensor } from "../../formats/pytorch-tensor.ts";
export { PyTorchObject, type PyTorchValue } from "../../formats/pytorch-value.ts";
export type { ReadingOptions } from "../../formats/safetensors.ts";
export {
  networkOfStateDict,
  type StateDictNetworkOptions,
} from "../../formats/state-dict/network-of-state-dict.ts";
export { stateDictOf } from "../../formats/state-dict/state-dict-of.ts";
export type { StoredNumbers, StoredType } from "../../formats/stored-numbers.ts";
