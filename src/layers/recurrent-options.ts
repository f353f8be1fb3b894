import type { Generator } from "../random/philox.ts";
import type { Activation } from "./activation.ts";

/** Sizes and options that every recurrent layer has, PyTorch's words where it has them. */
export interface RecurrentOptions {
  /** I. */
  readonly inputSize: number;
  /** H. */
  readonly hiddenSize: number;
  /** L; 1 if not given. */
  readonly numLayers?: number;
  /**
   * Which way sequences are read; forward if not given. Bidirectional layers read them both ways and merge the outputs; the
   * parameters of their second direction end in `_reverse`, those of a layer with one direction do not, whichever it is.
   */
  readonly direction?: "forward" | "reverse" | "bidirectional";
  /** What becomes of the outputs of the two directions; concat if not given. */
  readonly merge?: "concat" | "sum" | "mean" | "product";
  /** Whether sequences are [B, T, I] instead of [T, B, I], outputs likewise; false if not given. States are [L·D, B, H] in both. */
  readonly batchFirst?: boolean;
  /** PyTorch's two bias vectors per layer and direction, one (`bias_ih`), or none; double if not given. */
  readonly bias?: "double" | "single" | "none";
  /** State before the first step where none is given: zero, or learnt (`h_0` [L·D, P], for an LSTM `c_0` [L·D, H] too); zero if not given. */
  readonly initialState?: "zero" | "learnt";
  /** Bound of what enters the gates and the candidate, from both sides, above 0 (ONNX's clip); none if not given. */
  readonly gateClip?: number;
  /** Probability of dropping an entry between two layers (not after the last), from 0 to below 1. */
  readonly dropout?: number;
  /** Whether all steps of a sequence share one mask of that dropout; false if not given. */
  readonly lockedDropout?: boolean;
  /** Probability of dropping an entry of the h that a step reads, one mask for all steps (Gal & Ghahramani 2016). */
  readonly recurrentDropout?: number;
  /** Probabilities that a unit of h, or of c, keeps its value of the step before (Krueger et al. 2017). */
  readonly zoneout?: { readonly h?: number; readonly c?: number };
  /** Probability of dropping an entry of each W_hh while a sequence is read, from 0 to below 1. */
  readonly weightDrop?: number;
  /** Standard deviation of what is added to each weight while a sequence is read (Graves 2013); 0 if not given. */
  readonly weightNoise?: number;
  /** Where initial weights and masks come from. */
  readonly generator?: Generator;
}

/** Elman's network. */
export interface RNNOptions extends RecurrentOptions {
  /** tanh if not given. */
  readonly nonlinearity?: Activation;
}

/** Long short-term memory. */
export interface LSTMOptions extends RecurrentOptions {
  /** P: width of h, H being that of c (LSTMP: Sak, Senior & Beaufays 2014; PyTorch's proj_size, `weight_hr` [P, H]). */
  readonly projectionSize?: number;
  /** Diagonal connections from c to the gates (Gers & Schmidhuber 2000; Graves 2013), `weight_ch` [3H] in the order i f o. */
  readonly peepholes?: boolean;
  /** Whether f = 1 − i, so that there are three gates i g o (Greff et al. 2017). */
  readonly coupled?: boolean;
  /** Bound of c from both sides; none if not given. */
  readonly cellClip?: number;
  /**
   * Whether both products, over all gates at once, and c on its way out are layer-normalised (Ba, Kiros & Hinton 2016): the sums are
   * LN(W_ih x)∘`norm_ih_l0.weight` + b_ih + LN(W_hh h)∘`norm_hh_l0.weight` + b_hh, and h = o∘tanh(LN(c)∘`norm_c_l0.weight` +
   * `norm_c_l0.bias`), with ε = 1e-5.
   */
  readonly layerNorm?: boolean;
  /** What the forget gate's bias begins at (the sum of both, where there are two); drawn as the others if not given. */
  readonly forgetBias?: number;
  /** Of the gates, of the candidate, and of c on its way out; sigmoid, tanh, tanh if not given. */
  readonly activations?: readonly [Activation, Activation, Activation];
}

/** Gated recurrent unit. */
export interface GRUOptions extends RecurrentOptions {
  /**
   * Whether the reset gate acts on the recurrent product (PyTorch, cuDNN) or on the h that it reads (Cho et al. 2014, ONNX's
   * default); true if not given.
   */
  readonly resetAfter?: boolean;
  /** Of the gates and of the candidate; sigmoid and tanh if not given. */
  readonly activations?: readonly [Activation, Activation];
}

/** Minimal gated unit (Zhou et al. 2016), gates f and candidate n. */
export interface MGUOptions extends RecurrentOptions {
  /** Of the gate and of the candidate; sigmoid and tanh if not given. */
  readonly activations?: readonly [Activation, Activation];
}
