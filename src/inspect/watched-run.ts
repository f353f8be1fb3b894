// A network that reads a batch of one, whatever its inputs, while somebody looks at its recurrent layers.
import { UnrolledError } from "../errors.ts";
import type { NetworkInput } from "../networks/config.ts";
import type { NetworkResult } from "../networks/layered-network.ts";
import type { Network } from "../networks/network.ts";
import { isBatchFirst, isRecurrent } from "../networks/recurrent-axes.ts";
import type { LayerObserver, RecurrentStack } from "../recurrent/recurrent-stack.ts";
import { givenNumbers } from "../session/given-numbers.ts";
import type { ModelInput, ModelValue } from "../session/model-value.ts";
import { ints, type Tensor, tensor } from "../tensor/tensor.ts";
import { evaluating } from "./evaluating.ts";

/** A recurrent layer of the network, and the name of what it reads. */
export interface WatchedStack {
  readonly name: string;
  readonly reads: string;
  readonly rnn: RecurrentStack;
}

/** Who looks. */
export interface Watching {
  /** Is called before a layer reads its steps. */
  readonly watch: (stack: WatchedStack, steps: number) => LayerObserver;
  /** As `NetworkCall.handOn`, once it is known who reads the value. */
  readonly handOn?: (name: string, value: Tensor) => Tensor;
}

/** What came of it. */
export interface WatchedRun {
  /** T, of all recurrent layers. */
  readonly steps: number;
  /** The one that reads first first. */
  readonly stacks: readonly WatchedStack[];
  readonly read: NetworkResult;
}

/**
 * Reads in evaluation mode, within the caller's scope.
 *
 * @throws UnrolledError "invalid-argument" for a network without recurrent layers, or whose layers read different numbers of steps;
 * "shape-mismatch" for inputs that do not fit
 */
export function watchedRun(
  call: string,
  network: Network,
  inputs: Readonly<Record<string, ModelInput>>,
  { watch, handOn }: Watching,
): WatchedRun {
  const { device, config } = network;
  const problem = (text: string) => new UnrolledError("invalid-argument", { call, problem: text });
  const given = givenNumbers(call, config.inputs.map(described), inputs);
  const stacks = config.layers.flatMap(({ name, inputs: [reads], config: own }) => {
    if (!isRecurrent(own)) return [];
    const rnn = network.layers.get(name) as RecurrentStack;
    return [{ name, reads, rnn, batchAt: isBatchFirst(own) ? 0 : 1 }];
  });
  if (stacks.length === 0) throw problem("the network has no recurrent layer, needed one");
  const tensors = config.inputs.map(({ name, kind }): [string, Tensor] => {
    const { shape, data } = given.get(name)!;
    return [name, kind === "int" ? ints(device, data, shape) : tensor(device, data, shape)];
  });
  let steps = -1;
  const observers = new Map<string, LayerObserver>();
  const handingOn = (name: string, value: Tensor) => {
    const readers = stacks.filter(({ reads }) => reads === name);
    for (const { batchAt, ...stack } of readers) {
      if (value.shape[batchAt] !== 1)
        throw problem(`there are ${value.shape[batchAt]} sequences, needed one`);
      const own = value.shape[1 - batchAt];
      if (steps >= 0 && steps !== own)
        throw problem(`layers read ${steps} and ${own} steps, needed as many everywhere`);
      steps = own;
      observers.set(stack.name, watch(stack, own));
    }
    return handOn?.(name, value) ?? value;
  };
  const observe = (name: string) => observers.get(name);
  const read = evaluating(network, () =>
    network.forward(Object.fromEntries(tensors), { observe, handOn: handingOn }),
  );
  return { steps, stacks, read };
}

function described({ name, axes, kind }: NetworkInput): ModelValue {
  return { name, axes, kind };
}
