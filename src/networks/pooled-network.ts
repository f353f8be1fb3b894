// A network whose sessions step together: what its pools are made of.
import { PoolStates } from "../recurrent/stream/pool-states.ts";
import { joinedStates, partedStates } from "../session/joined-states.ts";
import { BLOCK_ROWS, PoolParts } from "../session/pool-parts.ts";
import { RowPool } from "../session/row-pool.ts";
import type { Pooled } from "../session/step-pool.ts";
import type { RecurrentStep } from "./layer-kind.ts";
import type { LayeredNetwork } from "./layered-network.ts";
import { NetworkSteps } from "./network-steps.ts";
import { networkValues } from "./streamed-network.ts";
import { walkedConfig } from "./walked-config.ts";

/** @param owner what a model that is built on the network calls itself in its states */
export function pooledNetwork(network: LayeredNetwork, owner = ""): Pooled {
  const { device } = network;
  return {
    device,
    ...networkValues(walkedConfig(network)),

    beginPool(capacity) {
      const parts = new PoolParts(capacity, { join: joinedStates, part: partedStates });
      const steps = new NetworkSteps("pool", network, BLOCK_ROWS, {
        recurrent(layers): RecurrentStep {
          const states = new PoolStates("pool", layers, capacity, owner);
          parts.add(states);
          return { advance: (rows, x) => states.advance(parts.together, rows, x) };
        },
        rows(width, whose) {
          const rows = new RowPool(device, capacity, BLOCK_ROWS, width, whose);
          parts.add(rows);
          return rows.place;
        },
      });
      return { steps, parts };
    },
  };
}
