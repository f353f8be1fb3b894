// A node RNN, GRU or LSTM (https://onnx.ai/onnx/operators/) as a recurrent layer: W [1, G·H, I], R [1, G·H, H], B [1, 2·G·H].
import { UnrolledError } from "../../errors.ts";
import type { StateDict } from "../../module/state-dict.ts";
import type { RecurrentLayerConfig } from "../../networks/config.ts";
import { shapeText } from "../../tensor/tensor.ts";
import { GATE_LAYOUTS, toOurBiases, toOurMatrix } from "../gate-layouts.ts";
import type { Attributes } from "./attributes.ts";
import { type OnnxValue, spanOf } from "./value.ts";

/** The operators by the kinds of layers that they are. */
export const RECURRENT_KINDS: Readonly<Record<string, "rnn" | "lstm" | "gru">> = {
  RNN: "rnn",
  LSTM: "lstm",
  GRU: "gru",
};

const ACTIVATIONS = { lstm: "Sigmoid,Tanh,Tanh", gru: "Sigmoid,Tanh", rnn: "Tanh" } as const;

/** The constants of a node; no B where it has none. */
export interface RecurrentConstants {
  readonly W: OnnxValue;
  readonly R: OnnxValue;
  readonly B: OnnxValue | undefined;
}

/**
 * The layer that a node is, with its tensors by their own names (`weight_ih_l0`), and whether batches come before steps.
 *
 * @throws UnrolledError that says what the node does and a layer of a language model does not
 */
export function readRecurrentNode(
  kind: "rnn" | "lstm" | "gru",
  attributes: Attributes,
  { W, R, B }: RecurrentConstants,
): { readonly config: RecurrentLayerConfig; readonly tensors: StateDict; readonly batchFirst: boolean } {
  const layout = GATE_LAYOUTS.onnx[kind];
  const hidden = attributes.int("hidden_size", R.dims[2]);
  const inputSize = W.dims[2];
  const width = layout.gates.length * hidden;
  requireDims("W", W, [1, width, inputSize]);
  requireDims("R", R, [1, width, hidden]);
  if (B) requireDims("B", B, [1, 2 * width]);
  const relu = checkPlain(kind, attributes);
  const matrix = (value: OnnxValue, columns: number) => ({
    shape: [width, columns],
    data: toOurMatrix(layout, kind, numbersOf(value), { hidden, columns }),
  });
  const biases = B ? toOurBiases(layout, kind, numbersOf(B), hidden) : undefined;
  const options = {
    inputSize,
    hiddenSize: hidden,
    batchFirst: true,
    ...(biases ? {} : { bias: "none" as const }),
  };
  return {
    config:
      kind === "rnn"
        ? { kind, options: { ...options, nonlinearity: relu ? "relu" : "tanh" }, returns: "sequence" }
        : { kind, options, returns: "sequence" },
    tensors: {
      weight_ih_l0: matrix(W, inputSize),
      weight_hh_l0: matrix(R, hidden),
      ...(biases && {
        bias_ih_l0: { shape: [width], data: biases.ih },
        bias_hh_l0: { shape: [width], data: biases.hh! },
      }),
    },
    batchFirst: attributes.flag("layout"),
  };
}

/** Refuses attributes that make another cell of it; returns whether an RNN uses ReLU. */
function checkPlain(kind: "rnn" | "lstm" | "gru", attributes: Attributes): boolean {
  const direction = attributes.choice("direction", ["forward", "reverse", "bidirectional"], "forward");
  if (direction !== "forward") throw refused(`its direction is ${direction}, needed forward`);
  const activations = attributes.texts("activations")?.join() ?? ACTIVATIONS[kind];
  const relu = kind === "rnn" && activations.toLowerCase() === "relu";
  if (!relu && activations.toLowerCase() !== ACTIVATIONS[kind].toLowerCase())
    throw refused(`its activations are ${activations}, needed ${ACTIVATIONS[kind]}`);
  if (kind === "gru" && !attributes.flag("linear_before_reset"))
    throw refused("its reset gate acts before the product, needed linear_before_reset = 1");
  if (kind === "lstm" && attributes.flag("input_forget"))
    throw refused("its input and forget gates are coupled, needed two of them");
  // Alphas and betas stand beside activations that have none.
  attributes.ignore("activation_alpha", "activation_beta");
  const [unread] = attributes.unread().filter((name) => name !== "layout");
  if (unread) throw refused(`it has the attribute ${unread}, needed a plain cell`);
  return relu;
}

/** A constant's numbers as float32. */
export function numbersOf({ data }: OnnxValue): Float32Array {
  return data instanceof Float32Array ? data : Float32Array.from(data);
}

function requireDims(what: string, { dims, data }: OnnxValue, needed: readonly number[]): void {
  if (shapeText(dims) !== shapeText(needed) || data.length !== spanOf(needed, 0, needed.length))
    throw refused(`its ${what} is ${shapeText(dims)}, needed ${shapeText(needed)}`);
}

function refused(problem: string): UnrolledError {
  return new UnrolledError("invalid-file", problem);
}
