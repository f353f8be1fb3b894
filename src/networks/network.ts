import type { Generator } from "../random/philox.ts";
import type { Session, SessionOptions, SessionPool, SessionPoolOptions } from "../session/session.ts";
import { StepPool } from "../session/step-pool.ts";
import { StepSession } from "../session/step-session.ts";
import type { Device } from "../tensor/device.ts";
import { checkNetworkConfig } from "./check-config.ts";
import type { NetworkConfig } from "./config.ts";
import { LayeredNetwork } from "./layered-network.ts";
import { pooledNetwork } from "./pooled-network.ts";
import { streamedNetwork } from "./streamed-network.ts";

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
   * A stream with a state of its own, with the network's inputs and outputs one step at a time.
   *
   * @throws UnrolledError "invalid-argument" that names the layers which cannot be read step by step, and why
   */
  session({ batchSize }: SessionOptions = {}): Session {
    return new StepSession(streamedNetwork(this), batchSize);
  }

  /** Many streams that step together. Throws as `session` does. */
  pool({ capacity }: SessionPoolOptions = {}): SessionPool {
    return new StepPool(pooledNetwork(this), capacity);
  }
}
