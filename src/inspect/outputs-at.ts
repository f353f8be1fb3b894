import type { NetworkCall } from "../networks/layered-network.ts";
import { gatherRows } from "../tensor/operations/rows.ts";
import { reshape } from "../tensor/operations/shapes.ts";
import { ints, Tensor } from "../tensor/tensor.ts";
import { evaluating } from "./evaluating.ts";
import type { InspectedNetwork } from "./inspected-network.ts";

/** Sequences as a network reads them, and the step of each row that is asked about. */
export interface AskedSteps {
  readonly sequences: Tensor;
  /** T. */
  readonly steps: number;
  /** [B]. */
  readonly at: readonly number[];
}

/**
 * What a network puts out for each row at the step that is asked about, [B, O]. Steps that nobody asks about go no further than the
 * last recurrent layer. With `isLeaf`, gradients of the outputs can be walked back to the inputs, which are returned beside them.
 */
export function outputsAt(
  inspected: InspectedNetwork,
  { sequences, steps, at }: AskedSteps,
  { observe, isLeaf = false }: Pick<NetworkCall, "observe"> & { readonly isLeaf?: boolean } = {},
): { readonly outputs: Tensor; readonly inputs: Tensor } {
  const { network, input, embedded, layers, output, hasSteps, isBatchFirst, isStepwise } = inspected;
  const last = layers[layers.length - 1].name;
  const batch = at.length;
  const chosen = (values: Tensor, width: number) => {
    const rows = at.map((t, row) => (isBatchFirst ? row * steps + t : t * batch + row));
    return gatherRows(reshape(values, [steps * batch, width]), ints(network.device, rows));
  };
  let inputs: Tensor | undefined;
  const handOn = (name: string, value: Tensor) => {
    if (name === embedded) {
      const { device, storage, shape, start } = value;
      inputs = isLeaf ? new Tensor(device, storage, shape, { start, requiresGrad: true }) : value;
      return inputs;
    }
    if (name !== last || !isStepwise) return value;
    const width = value.shape[2];
    return reshape(chosen(value, width), isBatchFirst ? [batch, 1, width] : [1, batch, width]);
  };
  const { outputs } = evaluating(network, () => network.forward({ [input]: sequences }, { observe, handOn }));
  const made = outputs[output];
  const { outputSize } = inspected;
  const isWhole = hasSteps && !isStepwise;
  return {
    outputs: isWhole ? chosen(made, outputSize) : reshape(made, [batch, outputSize]),
    inputs: inputs!,
  };
}
