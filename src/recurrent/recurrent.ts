import { gru } from "../cells/gru.ts";
import { lstm } from "../cells/lstm.ts";
import { mgu } from "../cells/mgu.ts";
import { rnn } from "../cells/rnn.ts";
import { ugrnn } from "../cells/ugrnn.ts";
import type { OptionTable } from "../options/option.ts";
import type { Session, SessionOptions, SessionPool, SessionPoolOptions } from "../session/session.ts";
import type { Device } from "../tensor/device.ts";
import type {
  GRUOptions,
  LSTMOptions,
  MGUOptions,
  RecurrentOptions,
  RNNOptions,
} from "./recurrent-options.ts";
import { RecurrentStack } from "./recurrent-stack.ts";
import { poolOfLayers, sessionOfLayers } from "./stream/streamed-layers.ts";

export type { LayerStates, RecurrentCall, RecurrentResult, RecurrentState } from "./recurrent-call.ts";
export type {
  GRUOptions,
  LSTMOptions,
  MGUOptions,
  RecurrentOptions,
  RNNOptions,
} from "./recurrent-options.ts";
export type { LayerObserver } from "./recurrent-stack.ts";

/**
 * A stack of recurrent layers over a cell. It reads whole sequences, or streams step by step. Parameters have the cell's names, PyTorch's where it has
 * them: `weight_ih_l0` [G·H, I], `weight_hh_l0` [G·H, P], `bias_ih_l0`, `bias_hh_l0` [G·H]; with `_reverse` for the second direction.
 */
export class Recurrent<Own extends OptionTable = OptionTable> extends RecurrentStack<Own> {
  /**
   * A stream through the layers: x [B, I] to y [B, P], one step at a time. Zoneout is what it is on average.
   *
   * @throws UnrolledError "invalid-argument" for layers that also read backwards, since those need the whole sequence
   */
  session(options: SessionOptions = {}): Session {
    return sessionOfLayers(this, options);
  }

  /** Many streams that step together. Throws as `session` does. */
  pool(options: SessionPoolOptions = {}): SessionPool {
    return poolOfLayers(this, options);
  }
}

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
