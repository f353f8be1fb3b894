// Layers of different kinds on one another, each with a way around it, so that gradients reach deep stacks:
//   none      y = layer(x)
//   add       y = x + layer(x)                         (residual connection: He et al. 2016)
//   highway   y = g∘layer(x) + (1 − g)∘x               (Srivastava, Greff & Schmidhuber 2015)
//             with g = σ(W x + b), b below zero at first, so that a new stack hands on what it reads
import { UnrolledError } from "../errors.ts";
import { Module } from "../module/module.ts";
import type { Generator } from "../random/philox.ts";
import type { Device } from "../tensor/device.ts";
import { add, multiply, subtract } from "../tensor/operations/arithmetic.ts";
import { chooseRows } from "../tensor/operations/choose-rows.ts";
import { sigmoid } from "../tensor/operations/functions.ts";
import { reshape } from "../tensor/operations/shapes.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";
import { tracer } from "../tensor/tracing.ts";
import { Linear } from "./linear.ts";

/** A layer that reads sequences [T, B, I] from a state: every recurrent layer, or one of your own. */
export interface SequenceLayer<State> extends Module {
  readonly inputSize: number;
  forward(
    xs: Tensor,
    call?: { readonly state?: State | undefined; readonly lengths?: readonly number[] | undefined },
  ): { readonly outputs: Tensor; readonly state: State };
}

/** What stands around a layer. */
export type Connection = "none" | "add" | "highway";

/** A layer in a stack. */
export interface StackedLayer<State> {
  readonly layer: SequenceLayer<State>;
  /** none if not given; the others need a layer as wide as what it reads. */
  readonly connection?: Connection;
}

/** What reading sequences with a stack gives. */
export interface StackResult<State> {
  /** Outputs of the last layer, [T, B, H]; zero after a sequence's end. */
  readonly outputs: Tensor;
  /** State of each layer after each sequence's last step. */
  readonly states: readonly State[];
}

/**
 * Recurrent layers of any kinds on one another, with residual or highway connections around them: [T, B, I] to [T, B, H].
 *
 * @throws UnrolledError "invalid-argument" without layers; "shape-mismatch" where a connection joins different widths, or states are missing
 */
export class Stack<State = unknown> extends Module {
  readonly layers: readonly SequenceLayer<State>[];
  /** What the highway around each layer is opened by. */
  readonly gates: readonly (Linear | undefined)[];
  readonly #connections: readonly Connection[];

  /** @param options.gateBias what b of each highway begins at; −1 if not given. */
  constructor(
    device: Device,
    layers: readonly StackedLayer<State>[],
    options: { readonly gateBias?: number; readonly generator?: Generator } = {},
  ) {
    super();
    if (layers.length === 0)
      throw new UnrolledError("invalid-argument", {
        call: "Stack",
        problem: "layers is empty, needed at least one",
      });
    const { gateBias = -1, generator = device.generator } = options;
    this.layers = layers.map(({ layer }) => layer);
    this.#connections = layers.map(({ connection }) => connection ?? "none");
    this.gates = layers.map(({ layer: { inputSize }, connection }) => {
      if (connection !== "highway") return undefined;
      const gate = new Linear(device, { inputSize, outputSize: inputSize, generator });
      gate.bias!.assign(new Float32Array(inputSize).fill(gateBias));
      return gate;
    });
  }

  /** Reads sequences xs [T, B, I], each layer from its state, or from the one it begins with. */
  forward(
    xs: Tensor,
    call: {
      readonly states?: readonly State[] | undefined;
      readonly lengths?: readonly number[] | undefined;
    } = {},
  ): StackResult<State> {
    const { states, lengths } = call;
    if (states && states.length !== this.layers.length) {
      throw new UnrolledError("shape-mismatch", {
        call: "Stack",
        problem: `states has ${states.length} entries, needed one for each of ${this.layers.length} layers`,
      });
    }
    const after: State[] = [];
    let sequence = xs;
    for (const [index, layer] of this.layers.entries()) {
      const { outputs, state } = layer.forward(sequence, { state: states?.[index], lengths });
      after.push(state);
      sequence = this.#around(index, sequence, outputs);
    }
    const whole = !lengths || this.#connections.every((connection) => connection === "none");
    return { outputs: whole ? sequence : untilEnds(sequence, lengths), states: after };
  }

  #around(index: number, x: Tensor, y: Tensor): Tensor {
    const connection = this.#connections[index];
    if (connection === "none") return y;
    if (shapeText(x.shape) !== shapeText(y.shape)) {
      throw new UnrolledError("shape-mismatch", {
        call: "Stack",
        problem: `layer ${index} made ${shapeText(y.shape)} of ${shapeText(x.shape)}, needed equal shapes for connection ${connection}`,
      });
    }
    const gate = this.gates[index];
    if (!gate) return add(x, y);
    return add(x, multiply(sigmoid(gate.forward(x)), subtract(y, x)));
  }
}

/** xs [T, B, H] with zeros after each sequence's end. */
function untilEnds(xs: Tensor, lengths: readonly number[]): Tensor {
  const [steps, batch, ...rest] = xs.shape;
  const active = Array.from({ length: steps }, (_, t) => lengths.map((length) => t < length)).flat();
  const y = reshape(chooseRows(active, reshape(xs, [steps * batch, ...rest])), xs.shape);
  tracer?.operation("untilEnds", [xs], y, { lengths });
  return y;
}
