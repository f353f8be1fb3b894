import type { LayeredNetwork } from "../../networks/layered-network.ts";
import { ints, type Tensor, tensor } from "../../tensor/tensor.ts";
import type { ClassifyExample } from "./classify-examples.ts";

/** A batch as the network reads it, filled up with zeros behind its sequences' ends. */
export interface ClassifyBatch {
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** Steps of each sequence, where they differ. */
  readonly lengths: readonly number[] | undefined;
}

/** Inputs side by side: ids [B, T] or numbers [B, T, F]. */
export function classifyBatch(
  { device, config }: LayeredNetwork,
  inputs: readonly ClassifyExample["inputs"][],
): ClassifyBatch {
  const [{ name, kind, axes }] = config.inputs;
  const width = kind === "int" ? 1 : (axes[2] as number);
  const lengths = inputs.map(({ length }) => length / width);
  const steps = Math.max(...lengths);
  const size = inputs.length * steps * width;
  const data = kind === "int" ? new Int32Array(size) : new Float32Array(size);
  for (const [row, each] of inputs.entries()) data.set(each, row * steps * width);
  const made =
    kind === "int"
      ? ints(device, data, [inputs.length, steps])
      : tensor(device, data, [inputs.length, steps, width]);
  const differ = lengths.some((length) => length !== steps);
  return { inputs: { [name]: made }, lengths: differ ? lengths : undefined };
}
