import type { Generator } from "../random/philox.ts";
import type { Device } from "../tensor/device.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { checkNetworkConfig } from "./check-config.ts";
import type { NetworkConfig } from "./config.ts";
import { DescribedNetwork } from "./described-network.ts";
import type { NetworkCall, NetworkResult } from "./layered-network.ts";

/** A configuration with the names of what goes in and what comes out. */
interface NamedConfig<Inputs extends string, Outputs extends string> extends NetworkConfig {
  readonly inputs: readonly (NetworkConfig["inputs"][number] & { readonly name: Inputs })[];
  readonly outputs: readonly (NetworkConfig["outputs"][number] & { readonly name: Outputs })[];
}

/**
 * Layers that read one another's outputs, built from plain data. Parameters are named after their layers: `lstm.weight_ih_l0`,
 * `head.bias`. Masks (of padding ids, of masked steps, of `lengths`) travel beside the tensors to the recurrent layers.
 * Its type has the names of its inputs and outputs where the configuration is written out or `as const`.
 */
export class Network<
  Inputs extends string = string,
  Outputs extends string = string,
> extends DescribedNetwork<Inputs, Outputs> {
  /** @throws UnrolledError "invalid-argument" that names each layer with an impossible option or shape */
  constructor(
    device: Device,
    config: NamedConfig<Inputs, Outputs>,
    options: { readonly generator?: Generator } = {},
  ) {
    super(device, checkNetworkConfig(config), options);
  }

  /**
   * Runs the network on its inputs by name, each with the axes that the configuration says, recorded for backward().
   *
   * @throws UnrolledError "shape-mismatch" that names the input or the layer
   */
  override forward(inputs: Readonly<Record<Inputs, Tensor>>, call: NetworkCall = {}): NetworkResult<Outputs> {
    return super.forward(inputs, call) as NetworkResult<Outputs>;
  }
}
