// What the outputs of any network rest on, by backpropagation through time (Werbos 1990).
import { UnrolledError } from "../errors.ts";
import type { Network } from "../networks/network.ts";
import { cellOf } from "../recurrent/recurrent-stack.ts";
import type { ModelInput } from "../session/model-value.ts";
import { add, multiply } from "../tensor/operations/arithmetic.ts";
import { sum } from "../tensor/operations/reductions.ts";
import { Tensor, tensor } from "../tensor/tensor.ts";
import { norm } from "./gradients-through-time.ts";
import { withoutParameters } from "./loss-gradients.ts";
import { readingGradients } from "./state-gradients.ts";
import { type DirectedTrace, directionsOf } from "./trace-network.ts";
import { watchedRun } from "./watched-run.ts";

/** The gradients of S, a weighted sum of a network's outputs. */
export interface OutputGradients {
  /** T. */
  readonly steps: number;
  /** What the first recurrent layer reads [T, I]: embeddings, or numbers. */
  readonly xs: Float32Array;
  /** ∂S/∂xs [T, I]. */
  readonly dxs: Float32Array;
  /** ∂S/∂input, as the input is shaped, of inputs of numbers from which there is a way to the outputs around `xs`. */
  readonly inputs: Readonly<Record<string, Float32Array>>;
  /** As `traceNetwork` lists them. */
  readonly layers: readonly {
    readonly name: string;
    readonly direction: DirectedTrace["direction"];
    /** |∂S/∂h_t| [T] and, of an LSTM, |∂S/∂c_t|, by the states' names: Euclidean norms, every way from there to S counted. */
    readonly states: { readonly h: Float64Array; readonly [state: string]: Float64Array };
  }[];
}

/**
 * Reads a batch of one with a network, dropout off, and walks back from S = Σ weights·outputs: how strongly what it puts out depends on
 * every step's input and state. Layers may read both ways. The network is left as it is, gradients of its parameters too.
 *
 * @param inputs numbers by name, their first axis the batch, of 1
 * @param weights of an output's entries by its name, row-major; 0 for outputs that are not named
 * @throws UnrolledError "invalid-argument" for a network without recurrent layers, or an output that it does not have;
 * "shape-mismatch" for inputs that do not fit, or another number of weights than there are entries
 */
export function outputGradients(
  network: Network,
  inputs: Readonly<Record<string, ModelInput>>,
  weights: Readonly<Record<string, ArrayLike<number>>>,
): OutputGradients {
  const call = "outputGradients";
  const { device, config } = network;
  const given = Object.entries(weights);
  for (const [name] of given)
    if (!config.outputs.some((output) => output.name === name))
      throw new UnrolledError("invalid-argument", {
        call,
        subject: "weights",
        got: `weights of "${name}"`,
        needed: `outputs among ${config.outputs.map((output) => `"${output.name}"`).join(", ")}`,
      });
  return device.scope(() =>
    withoutParameters(network, () => {
      const leaves = new Map<string, Tensor>();
      const leaf = (name: string, { storage, shape, start }: Tensor) => {
        const made = new Tensor(device, storage, shape, { start, requiresGrad: true });
        leaves.set(name, made);
        return made;
      };
      const isNumbers = (name: string) =>
        config.inputs.some((input) => input.name === name && input.kind === "float");
      let first: string | undefined;
      const layers: OutputGradients["layers"][number][] = [];
      const { steps, read } = watchedRun(call, network, inputs, {
        watch({ name, reads, rnn }, steps) {
          first ??= reads;
          const own = Array.from({ length: rnn.numLayers }, () =>
            directionsOf(rnn).map((direction) => {
              const rooms = cellOf(rnn).shape.states.map((state) => [state.name, new Float64Array(steps)]);
              const states = Object.fromEntries(rooms) as OutputGradients["layers"][number]["states"];
              return { name, direction, states };
            }),
          );
          layers.push(...own.flat());
          return (layer, direction) =>
            readingGradients(rnn, layer, 1, (_, t, gradients) => {
              for (const [state, gradient] of Object.entries(gradients))
                own[layer][direction].states[state][t] = norm(gradient, 0, gradient.length);
            });
        },
        handOn: (name, value) => (name === first || isNumbers(name) ? leaf(name, value) : value),
      });
      const terms = given.map(([name, own]) => {
        const output = read.outputs[name];
        if (own.length === output.size) return sum(multiply(output, tensor(device, own, output.shape)));
        throw new UnrolledError("shape-mismatch", {
          call,
          problem: `got ${own.length} weights of output "${name}", needed ${output.size}`,
        });
      });
      const total = terms.length > 0 ? terms.reduce((so, term) => add(so, term)) : undefined;
      if (total?.requiresGrad) total.backward();
      const gradientOf = ({ grad, size }: Tensor) => grad?.read() ?? new Float32Array(size);
      const xs = leaves.get(first!)!;
      const around = [...leaves].filter(([name, { grad }]) => name !== first && grad !== undefined);
      return device.withoutGradients(() => ({
        steps,
        xs: xs.read(),
        dxs: gradientOf(xs),
        inputs: Object.fromEntries(around.map(([name, tensor]) => [name, gradientOf(tensor)])),
        layers,
      }));
    }),
  );
}
