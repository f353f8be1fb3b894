import type { Generator } from "../random/philox.ts";
import type { Device } from "../tensor/device.ts";
import { checkNetworkConfig } from "./check-config.ts";
import type { NetworkConfig } from "./config.ts";
import { LayeredNetwork } from "./layered-network.ts";
import { NetworkSession } from "./session.ts";

/**
 * Layers that read one another's outputs, built from plain data. Parameters are named after their layers: `lstm.weight_ih_l0`,
 * `head.bias`. Masks (of padding ids, of masked steps, of `lengths`) travel beside the tensors to the recurrent layers.
 */
export class Network extends LayeredNetwork {
  /** @throws UnrolledError "invalid-argument" that names each layer with an impossible option or shape */
  constructor(device: Device, config: NetworkConfig, options: { readonly generator?: Generator } = {}) {
    super(device, checkNetworkConfig(config), options);
  }

  /**
   * Reads one step at a time from here on; see `NetworkSession`.
   *
   * @throws UnrolledError "invalid-argument" that names the layers which cannot be read step by step, and why
   */
  session(options: { readonly batchSize?: number } = {}): NetworkSession {
    return new NetworkSession(this, options);
  }
}
