// A network that is read step by step: what its sessions are made of.
import { RecurrentStream } from "../recurrent/stream/recurrent-stream.ts";
import { CarriedRows, type CarriedState } from "../session/carried-rows.ts";
import { joinedStates, partedStates, restoreAll } from "../session/joined-states.ts";
import type { ModelValue } from "../session/model-value.ts";
import type { Streamed } from "../session/step-session.ts";
import type { LayeredNetwork } from "./layered-network.ts";
import { NetworkSteps } from "./network-steps.ts";
import { type ShapedConfig, walkedConfig } from "./walked-config.ts";

/** @param owner what a model that is built on the network calls itself in its states */
export function streamedNetwork(network: LayeredNetwork, owner = ""): Streamed {
  const { device } = network;
  return {
    device,
    ...networkValues(walkedConfig(network)),

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
  };
}

/** What a network reads and gives, as a model says it. */
export function networkValues({ config, shapes }: ShapedConfig): {
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
} {
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
