// Convolutional LSTM over images (Shi et al. 2015), * a convolution and ∘ a product entry by entry, gates i f g o:
//   i = σ(W_xi * x + W_hi * h + w_ci∘c + b_i)      f = σ(W_xf * x + W_hf * h + w_cf∘c + b_f)
//   g = tanh(W_xg * x + W_hg * h + b_g)            c′ = f∘c + i∘g
//   o = σ(W_xo * x + W_ho * h + w_co∘c′ + b_o)     h′ = o∘tanh(c′)
// The convolutions of all inputs are one, before the loop over time.
import { UnrolledError } from "../errors.ts";
import { Module, Parameter, requireSize, uniformParameter } from "../module/module.ts";
import type { Generator } from "../random/philox.ts";
import type { Device } from "../tensor/device.ts";
import { add, multiply } from "../tensor/operations/arithmetic.ts";
import { convolution } from "../tensor/operations/convolution.ts";
import { sigmoid, tanh } from "../tensor/operations/functions.ts";
import { columns, reshape, select } from "../tensor/operations/shapes.ts";
import { samePads } from "../tensor/operations/window.ts";
import { shapeText, sizeOf, type Tensor, zeros } from "../tensor/tensor.ts";
import { axisNumbers } from "./convolution.ts";
import { unroll } from "./unroll.ts";

/** Sizes and options of a convolutional LSTM. */
export interface ConvLSTM2dOptions {
  /** C: channels of the input. */
  readonly inputSize: number;
  /** H: channels of the state. */
  readonly hiddenSize: number;
  /** Of both convolutions: one number, or [height, width]. */
  readonly kernelSize: number | readonly [number, number];
  /** Of the input's convolution, by which the state's images are smaller than the input's; 1 if not given. */
  readonly stride?: number | readonly [number, number];
  /** Whether the input's convolution is padded to keep its size; "same" if not given. The state's always is. */
  readonly padding?: "same" | "valid";
  /**
   * Connections from c to the gates: none, one weight for each channel, or one for each entry of the state's images, whose
   * [height, width] is then given (Shi et al. 2015). None if not given.
   */
  readonly peepholes?: "none" | "channel" | readonly [number, number];
  /** true if not given. */
  readonly bias?: boolean;
  readonly direction?: "forward" | "reverse";
  /** Where initial weights come from. */
  readonly generator?: Generator;
}

/** State of a convolutional LSTM, [B, H, height, width] each. */
export interface ConvLSTMState {
  readonly h: Tensor;
  readonly c: Tensor;
}

/**
 * Convolutional LSTM: `weight_ih` [4H, C, K, K], `weight_hh` [4H, H, K, K], `bias_ih` [4H] and, with peepholes, `weight_ch`
 * [3, H, height, width] or [3, H, 1, 1] in the order i f o. All are drawn evenly from ±1/√(H·K·K), peepholes zero at first.
 *
 * @throws UnrolledError "shape-mismatch" for inputs that are not [T, B, C, height, width], or a state that does not fit them
 */
export class ConvLSTM2d extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly weight_ih: Parameter;
  readonly weight_hh: Parameter;
  readonly bias_ih: Parameter | undefined;
  readonly weight_ch: Parameter | undefined;
  readonly #kernel: readonly number[];
  readonly #strides: readonly number[];
  readonly #padded: boolean;
  readonly #reverse: boolean;

  constructor(device: Device, options: ConvLSTM2dOptions) {
    super();
    const { inputSize, hiddenSize, peepholes = "none", generator = device.generator } = options;
    requireSize("ConvLSTM2d", "inputSize", inputSize);
    requireSize("ConvLSTM2d", "hiddenSize", hiddenSize);
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.#kernel = axisNumbers("ConvLSTM2d", "kernelSize", 2, options.kernelSize, 1);
    this.#strides = axisNumbers("ConvLSTM2d", "stride", 2, options.stride ?? 1, 1);
    this.#padded = options.padding !== "valid";
    this.#reverse = options.direction === "reverse";
    const bound = 1 / Math.sqrt(hiddenSize * sizeOf(this.#kernel));
    const draw = (shape: readonly number[]) => uniformParameter(device, shape, bound, generator);
    this.weight_ih = draw([4 * hiddenSize, inputSize, ...this.#kernel]);
    this.weight_hh = draw([4 * hiddenSize, hiddenSize, ...this.#kernel]);
    this.bias_ih = options.bias === false ? undefined : draw([4 * hiddenSize]);
    const spread = peepholes === "channel" ? 1 : peepholes;
    this.weight_ch =
      spread === "none"
        ? undefined
        : new Parameter(device, [3, hiddenSize, ...axisNumbers("ConvLSTM2d", "peepholes", 2, spread, 1)]);
  }

  /** Reads sequences of images xs [T, B, C, height, width] from a state, each up to its length. */
  forward(
    xs: Tensor,
    call: {
      readonly state?: ConvLSTMState | undefined;
      readonly lengths?: readonly number[] | undefined;
    } = {},
  ): { readonly outputs: Tensor; readonly state: ConvLSTMState } {
    const [steps, batch, channels, ...size] = xs.shape;
    if (xs.shape.length !== 5 || channels !== this.inputSize) {
      throw new UnrolledError("shape-mismatch", {
        call: "ConvLSTM2d",
        problem: `input has shape ${shapeText(xs.shape)}, needed [T, B, ${this.inputSize}, height, width]`,
      });
    }
    const pads = this.#padded ? samePads(size, this.#kernel, this.#strides, [1, 1]) : undefined;
    const images = reshape(xs, [steps * batch, channels, ...size]);
    const sums = convolution(images, this.weight_ih, this.bias_ih, {
      strides: this.#strides,
      ...(pads && { pads }),
    });
    const [, width, ...inner] = sums.shape;
    const before = call.state ?? this.#start(batch, inner, xs.device);
    this.#checkState(before, [batch, this.hiddenSize, ...inner]);
    return unroll(this, reshape(sums, [steps, batch, width, ...inner]), before, {
      lengths: call.lengths,
      reverse: this.#reverse,
    });
  }

  /** One step, given W_x * x + b as x. */
  step(x: Tensor, { h, c }: ConvLSTMState): { readonly output: Tensor; readonly state: ConvLSTMState } {
    const pads = samePads(h.shape.slice(2), this.#kernel, [1, 1], [1, 1]);
    const sums = add(x, convolution(h, this.weight_hh, undefined, { pads }));
    const gate = (index: number) => {
      const size = c.size / c.shape[0];
      const rows = reshape(sums, [c.shape[0], 4 * size]);
      return reshape(columns(rows, index * size, (index + 1) * size), c.shape);
    };
    const peep = (sum: Tensor, index: number, cell: Tensor) =>
      this.weight_ch ? add(sum, multiply(cell, select(this.weight_ch, index))) : sum;
    const i = sigmoid(peep(gate(0), 0, c));
    const f = sigmoid(peep(gate(1), 1, c));
    const next = add(multiply(f, c), multiply(i, tanh(gate(2))));
    const o = sigmoid(peep(gate(3), 2, next));
    const output = multiply(o, tanh(next));
    return { output, state: { h: output, c: next } };
  }

  #start(batch: number, size: readonly number[], device: Device): ConvLSTMState {
    const zero = zeros(device, [batch, this.hiddenSize, ...size]);
    return { h: zero, c: zero };
  }

  #checkState({ h, c }: ConvLSTMState, needed: readonly number[]): void {
    for (const part of [h, c]) {
      if (shapeText(part.shape) === shapeText(needed)) continue;
      throw new UnrolledError("shape-mismatch", {
        call: "ConvLSTM2d",
        problem: `state has shape ${shapeText(part.shape)}, needed ${shapeText(needed)}`,
      });
    }
    const peepholes = this.weight_ch?.shape.slice(2);
    if (!peepholes || sizeOf(peepholes) === 1 || shapeText(peepholes) === shapeText(needed.slice(2))) return;
    throw new UnrolledError("shape-mismatch", {
      call: "ConvLSTM2d",
      problem: `the state's images are ${shapeText(needed.slice(2))}, but the peepholes were built for ${shapeText(peepholes)}`,
    });
  }
}
