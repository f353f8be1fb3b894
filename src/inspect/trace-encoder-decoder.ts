// What happens inside a network of two sequences: an encoder that reads one, a decoder that reads another and looks back at the first.
import { UnrolledError } from "../errors.ts";
import { AttentiveRecurrent } from "../layers/attentive-recurrent.ts";
import type { Network } from "../networks/network.ts";
import { isBatchFirst, isRecurrent } from "../networks/recurrent-axes.ts";
import type { LayerObserver, RecurrentStack } from "../recurrent/recurrent-stack.ts";
import { givenNumbers } from "../session/given-numbers.ts";
import type { ModelInput, ModelOutput } from "../session/model-value.ts";
import { ints, type Tensor, tensor } from "../tensor/tensor.ts";
import { evaluating } from "./evaluating.ts";
import { type DirectedTrace, watching } from "./trace-network.ts";

/** One layer's states and gates in one direction, over a sequence of its own length. */
export interface SteppedTrace extends Omit<DirectedTrace, "xs"> {
  /** Steps that it reads: T of an encoder, U of a decoder. */
  readonly steps: number;
}

/** Where an attention layer looked. */
export interface AttentionTrace {
  /** The network's layer. */
  readonly name: string;
  /** U steps that look, at T entries. */
  readonly queries: number;
  readonly entries: number;
  /** The shares of each head [U, T]; each row adds up to 1. */
  readonly heads: readonly Float32Array[];
  /** The entries, as many numbers of each as there are [T, K]: an encoder's outputs, or the places of a picture. */
  readonly memory: Float32Array;
}

/** All that an encoder and a decoder compute over one pair of sequences, row-major. */
export interface EncoderDecoderTrace {
  /** The layer that reads first first; of one that reads both ways, forward, then backward. */
  readonly layers: readonly SteppedTrace[];
  readonly attention: readonly AttentionTrace[];
  /** By name, a batch of one. */
  readonly outputs: Readonly<Record<string, ModelOutput>>;
}

/**
 * Runs an encoder-decoder on a batch of one, dropout off, and keeps the states and gates of its recurrent layers, whatever the number of
 * steps that each reads, and the weights of its attention. What the decoder reads are the tokens before each of the target's.
 *
 * @param inputs numbers by name, their first axis the batch, of 1
 * @throws UnrolledError "invalid-argument" for a network without recurrent layers, or for more sequences than one; "shape-mismatch" for
 * inputs that do not fit
 */
export function traceEncoderDecoder(
  network: Network,
  inputs: Readonly<Record<string, ModelInput>>,
): EncoderDecoderTrace {
  const call = "traceEncoderDecoder";
  const { device, config } = network;
  const problem = (text: string) => new UnrolledError("invalid-argument", { call, problem: text });
  const given = givenNumbers(call, config.inputs, inputs);
  const stacks = config.layers.flatMap(({ name, inputs: [reads], config: own }) => {
    const layer = network.layers.get(name);
    if (layer instanceof AttentiveRecurrent) return [{ name, reads, rnns: layer.rnn, stepsAt: 1 }];
    if (!isRecurrent(own)) return [];
    return [{ name, reads, rnns: [layer as RecurrentStack], stepsAt: isBatchFirst(own) ? 1 : 0 }];
  });
  if (stacks.length === 0) throw problem("the network has no recurrent layer, needed one");
  return device.withoutGradients(() =>
    device.scope(() => {
      const tensors = config.inputs.map(({ name, kind }): [string, Tensor] => {
        const { shape, data } = given.get(name)!;
        return [name, kind === "int" ? ints(device, data, shape) : tensor(device, data, shape)];
      });
      const watched = new Map<string, WatchedStack>();
      const made = new Map<string, Tensor>();
      const handOn = (name: string, value: Tensor) => {
        for (const { name: layer, rnns, stepsAt } of stacks.filter(({ reads }) => reads === name)) {
          const [rows, steps] = [value.shape[1 - stepsAt], value.shape[stepsAt]];
          if (rows !== 1) throw problem(`there are ${rows} sequences, needed one`);
          watched.set(layer, watchedStack(rnns, steps));
        }
        made.set(name, value);
        return value;
      };
      const attention: AttentionTrace[] = [];
      const attends = (name: string, weights: readonly Tensor[]) => {
        const [, queries, entries] = weights[0].shape;
        // Behind what asks and the keys stands what is looked at.
        const [, , memory] = config.layers.find((layer) => layer.name === name)!.inputs;
        const heads = weights.map((head) => head.read());
        attention.push({ name, queries, entries, heads, memory: made.get(memory)!.read() });
      };
      const observe = (name: string) => watched.get(name)?.observer;
      const { outputs } = evaluating(network, () =>
        network.forward(Object.fromEntries(tensors), { observe, handOn, attends }),
      );
      return {
        layers: stacks.flatMap(({ name }) => watched.get(name)!.traces(name)),
        attention,
        outputs: Object.fromEntries(
          Object.entries(outputs).map(([name, value]) => [
            name,
            { shape: [...value.shape], data: value.read() },
          ]),
        ),
      };
    }),
  );
}

interface WatchedStack {
  readonly observer: LayerObserver;
  traces(name: string): SteppedTrace[];
}

/** Stacks that stand on one another as the layers of one. */
function watchedStack(rnns: readonly RecurrentStack[], steps: number): WatchedStack {
  const each = rnns.map((rnn) => watching(rnn, steps));
  const [only, ...others] = each;
  return {
    observer: (layer, direction) =>
      others.length === 0 ? only.observer(layer, direction) : each[layer].observer(0, direction),
    traces: (name) =>
      each.flatMap(({ traces }) =>
        traces(name, NOTHING).map(({ xs: _, ...trace }): SteppedTrace => ({ ...trace, steps })),
      ),
  };
}

const NOTHING = new Float32Array();
