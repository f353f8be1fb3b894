// How much of the loss reaches each step of a sequence while a network is trained: |∂L/∂h_t| and, of an LSTM, |∂L/∂c_t|, all ways from
// there to the loss counted. What vanishes or explodes on the way back does so here (Bengio, Simard & Frasconi 1994).
import { UnrolledError } from "../errors.ts";
import type { NetworkCall, NetworkResult } from "../networks/layered-network.ts";
import type { Network } from "../networks/network.ts";
import type { RecurrentState } from "../recurrent/recurrent.ts";
import type { RecurrentStack } from "../recurrent/recurrent-stack.ts";
import { cellOf } from "../recurrent/recurrent-stack.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { evaluating } from "./evaluating.ts";
import { inspected } from "./inspected-network.ts";
import { readingGradients, type StateGradientVisit } from "./state-gradients.ts";

/** Euclidean norms over the whole batch after each of T steps, a list of layers each. NaN until backward() has come by, and of states that a layer lacks. */
export interface GradientFlow {
  /** |∂L/∂h_t|, [T] of each layer. */
  readonly h: readonly Float64Array[];
  /** Of the cell's other states by name, such as c of an LSTM. */
  readonly [state: string]: readonly Float64Array[];
}

/** Results of `readWithGradientFlow`. */
export interface FlowReading {
  /** [T, B, H]. */
  readonly outputs: Tensor;
  readonly state: RecurrentState;
  /** Filled by the `backward()` of a loss of the outputs. */
  readonly flow: GradientFlow;
}

/** Results of `runWithGradientFlow`. */
export interface NetworkFlow extends NetworkResult {
  /** Of all its recurrent layers, the one that reads first first; filled by the `backward()` of a loss of the outputs. */
  readonly flow: GradientFlow;
}

/**
 * Reads xs [T, B, I] as `rnn.forward(xs, { state })` does and with the same gradients, and notes on the way back how large they are at
 * each step. Of layers that read forwards; what training drops, keeps back or adds as noise is left out.
 *
 * @throws UnrolledError "invalid-argument" for layers that read in another direction
 */
export function readWithGradientFlow(rnn: RecurrentStack, xs: Tensor, state?: RecurrentState): FlowReading {
  if (rnn.direction !== "forward" || rnn.batchFirst)
    throw new UnrolledError("invalid-argument", {
      call: "readWithGradientFlow",
      problem: `the layer reads ${rnn.batchFirst ? "batch-major sequences" : `in direction ${rnn.direction}`}, needed time-major sequences, read forwards`,
    });
  const layers = Array.from({ length: rnn.numLayers }, () => rnn);
  const { flow, observe } = watchedFlow(layers, xs.shape);
  const { outputs, state: after } = evaluating(rnn, () => rnn.forward(xs, { state }, observe));
  return { outputs, state: after, flow };
}

/**
 * Runs a network as `network.forward(inputs, call)` does and with the same gradients, and notes on the way back how large they are at
 * each step of its recurrent layers [T], as `readWithGradientFlow` does.
 *
 * @throws UnrolledError "invalid-argument" for a network that cannot be looked into
 */
export function runWithGradientFlow(
  network: Network,
  inputs: Readonly<Record<string, Tensor>>,
  call: NetworkCall = {},
): NetworkFlow {
  const { layers, input, isBatchFirst } = inspected("runWithGradientFlow", network);
  const [first = 0, second = 0] = inputs[input]?.shape ?? [];
  const watched = watchedFlow(
    layers.map(({ rnn }) => rnn),
    isBatchFirst ? [second, first] : [first, second],
  );
  const observe = (name: string) => (index: number) =>
    watched.observe(layers.findIndex((layer) => layer.name === name && layer.index === index));
  return { ...evaluating(network, () => network.forward(inputs, { ...call, observe })), flow: watched.flow };
}

/** Who notes the norms of the gradients of layers over T steps of B rows. */
function watchedFlow(layers: readonly RecurrentStack[], [steps, batch]: readonly number[]) {
  const names = new Set(layers.flatMap((rnn) => cellOf(rnn).shape.states.map(({ name }) => name)));
  const norms = () => layers.map(() => new Float64Array(steps).fill(Number.NaN));
  const flow = Object.fromEntries(Array.from(names, (name) => [name, norms()])) as unknown as GradientFlow;
  const visit: StateGradientVisit = (layer, t, gradients) => {
    for (const [name, gradient] of Object.entries(gradients)) flow[name][layer][t] = norm(gradient);
  };
  const observe = (layer: number) => readingGradients(layers[layer], layer, batch, visit);
  return { flow, observe };
}

function norm(numbers: Float64Array): number {
  let squares = 0;
  for (const number of numbers) squares += number * number;
  return Math.sqrt(squares);
}
