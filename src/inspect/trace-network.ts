// What happens inside any network while it reads one sequence, whatever its inputs, in both directions.
import type { Network } from "../networks/network.ts";
import type { LayerObserver, RecurrentStack } from "../recurrent/recurrent-stack.ts";
import { cellOf } from "../recurrent/recurrent-stack.ts";
import type { ModelInput, ModelOutput } from "../session/model-value.ts";
import { type LayerTrace, watchedLayer } from "./trace.ts";
import { watchedRun } from "./watched-run.ts";

/** One layer's states and gates in one direction. Row t + 1 of a state is what it is after step t, whichever way it reads. */
export interface DirectedTrace extends LayerTrace {
  readonly direction: "forward" | "backward";
}

/** All that the recurrent layers of a network compute while it reads one sequence of T steps, row-major. */
export interface NetworkTrace {
  /** T. */
  readonly steps: number;
  /** The layer that reads first first; of one that reads both ways, forward, then backward. */
  readonly layers: readonly DirectedTrace[];
  /** By name, a batch of one. */
  readonly outputs: Readonly<Record<string, ModelOutput>>;
}

/**
 * Reads a batch of one with a network, dropout off, and keeps the states and gates of its recurrent layers. Where `trace` reads ids or
 * numbers forwards, this takes inputs by name, as `Network.forward` does, and layers that read both ways.
 *
 * @param inputs numbers by name, their first axis the batch, of 1
 * @throws UnrolledError "invalid-argument" for a network without recurrent layers, or whose layers read different numbers of steps;
 * "shape-mismatch" for inputs that do not fit
 */
export function traceNetwork(network: Network, inputs: Readonly<Record<string, ModelInput>>): NetworkTrace {
  const { device } = network;
  return device.withoutGradients(() =>
    device.scope(() => {
      const watched = new Map<string, ReturnType<typeof watching>>();
      const { steps, stacks, read } = watchedRun("traceNetwork", network, inputs, {
        watch({ name, rnn }, own) {
          const found = watching(rnn, own);
          watched.set(name, found);
          return found.observer;
        },
      });
      return {
        steps,
        layers: stacks.flatMap(({ name, reads }) =>
          watched.get(name)!.traces(name, read.values.get(reads)!.read()),
        ),
        outputs: Object.fromEntries(
          Object.entries(read.outputs).map(([name, value]) => [
            name,
            { shape: [...value.shape], data: value.read() },
          ]),
        ),
      };
    }),
  );
}

/** The directions in which each layer of a stack reads, in the order of its observers. */
export function directionsOf({ direction }: RecurrentStack): readonly DirectedTrace["direction"][] {
  if (direction === "bidirectional") return ["forward", "backward"];
  return [direction === "forward" ? "forward" : "backward"];
}

/** Who writes down what all layers of a stack do in all directions. */
export function watching(rnn: RecurrentStack, steps: number) {
  const cell = cellOf(rnn);
  const directions = directionsOf(rnn);
  const layers = Array.from({ length: rnn.numLayers }, () =>
    directions.map((direction) => ({
      direction,
      ...watchedLayer({ cell }, steps, [], direction === "forward" ? 0 : steps - 1),
    })),
  );
  const observer: LayerObserver = (layer, direction) => layers[layer][direction].observer;
  const traces = (name: string, xs: Float32Array): DirectedTrace[] =>
    layers.flatMap((own, index) =>
      own.map(({ direction, states, widths, gates }) => ({
        name,
        direction,
        cell: cell.spec.kind as LayerTrace["cell"],
        hiddenSize: cell.hidden,
        xs: index === 0 ? xs : beside(layers[index - 1], steps),
        states,
        widths,
        gates,
        activations: cell.shape.activations,
      })),
    );
  return { observer, traces };
}

/** What a layer's directions hand to the next one: their h side by side [T, D·P]. */
function beside(
  directions: readonly {
    readonly states: { readonly h: Float32Array };
    readonly widths: { readonly h?: number };
  }[],
  steps: number,
): Float32Array {
  const widths = directions.map((each) => each.widths.h!);
  const all = widths.reduce((sum, width) => sum + width, 0);
  const made = new Float32Array(steps * all);
  let first = 0;
  for (const [at, { states }] of directions.entries()) {
    const width = widths[at];
    for (let t = 0; t < steps; t++)
      made.set(states.h.subarray((t + 1) * width, (t + 2) * width), t * all + first);
    first += width;
  }
  return made;
}
