import { gru } from "../cells/gru.ts";
import { lstm } from "../cells/lstm.ts";
import { mgu } from "../cells/mgu.ts";
import { rnn } from "../cells/rnn.ts";
import { ugrnn } from "../cells/ugrnn.ts";
import type { Device } from "../tensor/device.ts";
import type {
  GRUOptions,
  LSTMOptions,
  MGUOptions,
  RecurrentOptions,
  RNNOptions,
} from "./recurrent-options.ts";
import { Recurrent } from "./recurrent-stack.ts";

export type { LayerStates, RecurrentCall, RecurrentResult, RecurrentState } from "./recurrent-call.ts";
export type {
  GRUOptions,
  LSTMOptions,
  MGUOptions,
  RecurrentOptions,
  RNNOptions,
} from "./recurrent-options.ts";
export { type LayerObserver, Recurrent } from "./recurrent-stack.ts";

/** Elman's network, h′ = f(W_ih x + b_ih + W_hh h + b_hh) with f = tanh unless another is named (Elman 1990). */
export class RNN extends Recurrent<typeof rnn.options> {
  constructor(device: Device, options: RNNOptions) {
    super(device, rnn, options);
  }
}

/** Long short-term memory with a forget gate, gates i f g o, or i g o where they are coupled (Hochreiter & Schmidhuber 1997; Gers et al. 2000). */
export class LSTM extends Recurrent<typeof lstm.options> {
  constructor(device: Device, options: LSTMOptions) {
    super(device, lstm, options);
  }
}

/** Gated recurrent unit, gates r z n, reset gate after the recurrent product unless it is asked for before (Cho et al. 2014; cuDNN's form). */
export class GRU extends Recurrent<typeof gru.options> {
  constructor(device: Device, options: GRUOptions) {
    super(device, gru, options);
  }
}

/** Minimal gated unit, gate f and candidate n, the gate acting on the h that the candidate reads (Zhou et al. 2016). */
export class MGU extends Recurrent<typeof mgu.options> {
  constructor(device: Device, options: MGUOptions) {
    super(device, mgu, options);
  }
}

/** Update-gate RNN, gate g and candidate n, h′ = g∘h + (1 − g)∘n (Collins, Sohl-Dickstein & Sussillo 2017). */
export class UGRNN extends Recurrent<typeof ugrnn.options> {
  constructor(device: Device, options: RecurrentOptions) {
    super(device, ugrnn, options);
  }
}
