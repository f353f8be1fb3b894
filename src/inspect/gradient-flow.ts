// How much of the loss reaches each step of a sequence while a network is trained: |∂L/∂h_t| and, of an LSTM, |∂L/∂c_t|, all ways from
// there to the loss counted. What vanishes or explodes on the way back does so here (Bengio, Simard & Frasconi 1994).
import { UnrolledError } from "../errors.ts";
import type { LayerObserver, Recurrent, RecurrentState } from "../recurrent/recurrent.ts";
import { cellOf } from "../recurrent/recurrent-stack.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { evaluating } from "./evaluating.ts";
import { readingGradients, type StateGradientVisit } from "./state-gradients.ts";

/** Euclidean norms over the whole batch after each of T steps, a list of layers each. NaN until backward() has come by. */
export interface GradientFlow {
  /** |∂L/∂h_t|, [T] of each layer. */
  readonly h: readonly Float64Array[];
  /** Of the cell's other states by name, such as c of an LSTM. */
  readonly [state: string]: readonly Float64Array[];
}

/** What a sequence read under observation gives. */
export interface FlowReading {
  /** [T, B, H]. */
  readonly outputs: Tensor;
  readonly state: RecurrentState;
  /** Filled by the `backward()` of a loss of the outputs. */
  readonly flow: GradientFlow;
}

/**
 * Reads xs [T, B, I] as `rnn.forward(xs, { state })` does and with the same gradients, and notes on the way back how large they are at
 * each step. Of layers that read forwards; what training drops, keeps back or adds as noise is left out.
 *
 * @throws UnrolledError "invalid-argument" for layers that read in another direction
 */
export function readWithGradientFlow(rnn: Recurrent, xs: Tensor, state?: RecurrentState): FlowReading {
  if (rnn.direction !== "forward" || rnn.batchFirst)
    throw new UnrolledError(
      "invalid-argument",
      `readWithGradientFlow: the layer reads ${rnn.batchFirst ? "batch-major sequences" : `in direction ${rnn.direction}`}, needed time-major sequences, read forwards`,
    );
  const [steps, batch] = xs.shape;
  const norms = () => Array.from({ length: rnn.numLayers }, () => new Float64Array(steps).fill(Number.NaN));
  const { states } = cellOf(rnn).shape;
  const flow = Object.fromEntries(states.map(({ name }) => [name, norms()])) as unknown as GradientFlow;
  const visit: StateGradientVisit = (layer, t, gradients) => {
    for (const [name, gradient] of Object.entries(gradients)) flow[name][layer][t] = norm(gradient);
  };
  const observe: LayerObserver = (layer) => readingGradients(rnn, layer, batch, visit);
  const { outputs, state: after } = evaluating(rnn, () => rnn.forward(xs, { state }, observe));
  return { outputs, state: after, flow };
}

function norm(numbers: Float64Array): number {
  let squares = 0;
  for (const number of numbers) squares += number * number;
  return Math.sqrt(squares);
}
