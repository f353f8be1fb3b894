import { UnrolledError } from "../errors.ts";
import { isBasicLSTMName, networkOfBasicLSTM } from "../formats/basic-lstm.ts";
import { networkOfNamedTensors } from "../formats/state-dict/network-of-state-dict.ts";
import { areGraphWeights } from "../models/network-metadata.ts";
import type { NetworkData } from "../networks/network-data.ts";
import type { NamedTensors, ReadModelOptions, TensorsData } from "./read-model.ts";

/** Whether tensors are the raw weights of TensorFlow's BasicLSTMCell, by their names. */
function areBasicLSTM(tensors: NamedTensors): boolean {
  const names = Object.keys(tensors);
  return names.every(isBasicLSTMName) && names.some((name) => name.endsWith("kernel"));
}

/**
 * The network of tensors without a configuration: PyTorch's names, or TensorFlow's of BasicLSTMCell.
 *
 * @throws UnrolledError "invalid-argument" or "shape-mismatch" where names and shapes do not decide
 */
export function networkOfTensors(
  { format, tensors, metadata, facts = {} }: TensorsData,
  options: ReadModelOptions,
): {
  readonly format: "safetensors" | "pytorch" | "numpy" | "basic-lstm";
  readonly network: NetworkData;
} {
  if (areGraphWeights(metadata)) {
    throw new UnrolledError(
      "invalid-argument",
      "these are the weights of an ONNX graph, which do not say what the graph does with them; open the graph itself",
    );
  }
  if (areBasicLSTM(tensors)) {
    return { format: "basic-lstm", network: networkOfBasicLSTM(tensors, options) };
  }
  return { format, network: networkOfNamedTensors(tensors, options, facts) };
}
