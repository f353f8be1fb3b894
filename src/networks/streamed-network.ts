// A network that is read step by step: what its sessions and pools are made of.

import { PoolStates } from "../recurrent/stream/pool-states.ts";
import { RecurrentStream } from "../recurrent/stream/recurrent-stream.ts";
import { CarriedRows, type CarriedState } from "../session/carried-rows.ts";
import { joinedStates, partedStates, restoreAll } from "../session/joined-states.ts";
import type { ModelValue } from "../session/model-value.ts";
import { PoolParts } from "../session/pool-parts.ts";
import { RowPool } from "../session/row-pool.ts";
import { BLOCK_ROWS, type Pooled } from "../session/step-pool.ts";
import type { Streamed } from "../session/step-session.ts";
import { networkShapes } from "./check-config.ts";
import type { RecurrentStep } from "./layer-kind.ts";
import type { Network } from "./network.ts";
import { NetworkSteps } from "./network-steps.ts";

/** @param owner what a model that is built on the network calls itself in its states */
export function streamedNetwork(network: Network, owner = ""): Streamed & Pooled {
  const { device } = network;
  return {
    device,
    ...networkValues(network),

    begin(batchSize) {
      const states: CarriedState[] = [];
      const steps = new NetworkSteps("session", network, batchSize, {
        recurrent(layers) {
          const stream = new RecurrentStream("session", layers, batchSize, owner);
          states.push(stream);
          return { advance: (_, x, sums) => stream.advance(x, sums) };
        },
        rows(width, whose) {
          const state = new CarriedRows(device, batchSize, width, whose);
          states.push(state);
          return state.place;
        },
      });
      return { steps, state: joined(states) };
    },

    beginPool(capacity) {
      const parts = new PoolParts({ join: joinedStates, part: partedStates });
      const steps = new NetworkSteps("pool", network, BLOCK_ROWS, {
        recurrent(layers): RecurrentStep {
          const states = new PoolStates("pool", layers, capacity, owner);
          parts.add(states);
          let h = 0;
          // The sessions that step together are few enough for one call of each.
          const found = (place: number) => {
            h = place;
          };
          return {
            advance(_, x) {
              states.advance(parts.together, () => x, found);
              return h;
            },
          };
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

/** What a network reads and gives, as a model says it. */
export function networkValues({ config }: Pick<Network, "config">): {
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
} {
  const shapes = networkShapes(config);
  return {
    inputs: config.inputs.map(({ name, axes, kind }) => ({ name, axes, kind })),
    outputs: config.outputs.map(({ name, from }) => {
      const { axes, kind } = shapes.get(from)!;
      return { name, axes, kind };
    }),
  };
}

/** The states of all layers as one. */
function joined(states: readonly CarriedState[]): CarriedState {
  return {
    reset() {
      for (const state of states) state.reset();
    },
    state: () => joinedStates(states.map((state) => state.state())),
    restore(state) {
      restoreAll(states, partedStates(state, states.length));
    },
  };
}
