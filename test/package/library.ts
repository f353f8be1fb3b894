// A module of somebody's library: what it exports has types that the root's calls give, and its declarations have to name them.
import {
  type Device,
  evaluate,
  type LanguageModel,
  LSTM,
  Module,
  type Network,
  type NetworkModel,
  predictions,
  type Tensor,
} from "unrolled";

export class Reader extends Module {
  readonly lstm: LSTM;
  constructor(device: Device) {
    super();
    this.lstm = new LSTM(device, { inputSize: 2, hiddenSize: 3 });
  }
  forward(xs: Tensor) {
    return this.lstm.forward(xs);
  }
}

export const runs = (network: Network, ids: Tensor) => network.forward({ ids });
export const inputsOf = (model: NetworkModel) => model.inputs;
export const sessionOf = (model: NetworkModel) => model.session();
export const kept = (model: NetworkModel) => model.session().state();
export const configOf = (model: LanguageModel) => model.config;
export const judged = (model: LanguageModel, texts: readonly string[]) => evaluate(model, texts);
export const predicted = (reader: Reader, inputs: readonly number[][]) => predictions(reader, inputs);
export const ran = (model: NetworkModel) => model.run({ xs: [1] });
