// The states of a network's recurrent layers, carried from one part of a long sequence to the next.
import { cellOf, RecurrentStack } from "../recurrent/recurrent-stack.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";
import type { LayeredNetwork, NetworkState } from "./layered-network.ts";

/** States of zeros for B sequences that outlive scopes; carry them on with `carry`. */
export function zeroState({ device, layers }: LayeredNetwork, batch: number): NetworkState {
  const recurrent = [...layers].flatMap(([name, module]) =>
    module instanceof RecurrentStack ? [[name, module] as const] : [],
  );
  return device.lasting(() =>
    Object.fromEntries(
      recurrent.map(([name, module]) => {
        const rows = module.numLayers * module.directions;
        const parts = cellOf(module).shape.states.map(
          (state) => [state.name, zeros(device, [rows, batch, state.width])] as const,
        );
        return [name, Object.fromEntries(parts) as { readonly h: Tensor }];
      }),
    ),
  );
}

/** Copies new states into carried ones. */
export function carry(carried: NetworkState, next: NetworkState): void {
  for (const [layer, parts] of Object.entries(carried))
    for (const [name, part] of Object.entries(parts)) part.assign(next[layer][name]);
}

/** Sets carried states to zero. */
export function clearState(carried: NetworkState): void {
  for (const parts of Object.values(carried))
    for (const part of Object.values(parts)) part.device.kernels.fill(part.offset, 0, part.size);
}
