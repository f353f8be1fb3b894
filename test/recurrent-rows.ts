// One row for each option of the recurrent layers: what tests of gradients, of other backends and of streaming walk through.
import { type Device, GRU, type GRUOptions, LSTM, type LSTMOptions, RNN, type RNNOptions } from "unrolled";
import { type Activation, MGU, type Recurrent, UGRNN } from "unrolled/nn";

/** Any option; each kind of layer is given those that it has. */
export type RowOptions = RNNOptions &
  Omit<LSTMOptions, "activations"> &
  Omit<GRUOptions, "activations"> & {
    readonly activations?: readonly Activation[];
  };

export interface RecurrentRow {
  readonly name: string;
  readonly kind: "RNN" | "LSTM" | "GRU" | "MGU" | "UGRNN";
  readonly options: Omit<RowOptions, "inputSize" | "hiddenSize" | "generator">;
}

export function layerOf(device: Device, kind: RecurrentRow["kind"], options: RowOptions): Recurrent {
  switch (kind) {
    case "RNN":
      return new RNN(device, options);
    case "LSTM":
      return new LSTM(device, options as LSTMOptions);
    case "GRU":
      return new GRU(device, options as GRUOptions);
    case "MGU":
      return new MGU(device, options as GRUOptions);
    case "UGRNN":
      return new UGRNN(device, options);
  }
}

const kinds = ["RNN", "LSTM", "GRU", "MGU", "UGRNN"] as const;
const rows = (kind: RecurrentRow["kind"], named: Record<string, RecurrentRow["options"]>): RecurrentRow[] =>
  Object.entries(named).map(([name, options]) => ({ name: `${kind}, ${name}`, kind, options }));

const activations: readonly Activation[] = [
  "sigmoid",
  { name: "affine", alpha: 0.6, beta: 0.1 },
  { name: "leaky-relu", alpha: 0.2 },
  { name: "thresholded-relu", alpha: 0.1 },
  { name: "scaled-tanh", alpha: 1.5, beta: 0.7 },
  { name: "hard-sigmoid", alpha: 0.3, beta: 0.4 },
  { name: "elu", alpha: 0.7 },
  "softsign",
  "softplus",
];
const nameOf = (activation: Activation) => (typeof activation === "string" ? activation : activation.name);

/** What every layer has. */
const general: Record<string, RecurrentRow["options"]> = {
  "nothing asked": {},
  "one bias": { bias: "single" },
  "no bias": { bias: "none" },
  reverse: { direction: "reverse" },
  "directions summed": { direction: "bidirectional", merge: "sum" },
  "directions averaged": { direction: "bidirectional", merge: "mean" },
  "directions multiplied": { direction: "bidirectional", merge: "product" },
  "batch-major": { batchFirst: true },
  "a learnt initial state": { initialState: "learnt" },
  "sums bounded": { gateClip: 0.4 },
  "dropout between layers": { dropout: 0.4 },
  "h dropped": { recurrentDropout: 0.4 },
  "recurrent weights dropped": { weightDrop: 0.4 },
  "noisy weights": { weightNoise: 0.3 },
  "zoneout of h": { zoneout: { h: 0.4 } },
};

export const recurrentRows: readonly RecurrentRow[] = [
  ...kinds.flatMap((kind) =>
    rows(kind, general).filter(({ options }) => kind !== "UGRNN" || !options.gateClip),
  ),
  ...rows(
    "RNN",
    Object.fromEntries(activations.map((activation) => [nameOf(activation), { nonlinearity: activation }])),
  ),
  ...rows("RNN", { relu: { nonlinearity: "relu" } }),
  ...rows("LSTM", {
    projected: { projectionSize: 2 },
    peepholes: { peepholes: true },
    coupled: { coupled: true },
    "coupled, peepholes": { coupled: true, peepholes: true },
    "c bounded": { cellClip: 0.2 },
    "layer-normalised": { layerNorm: true },
    "layer-normalised, one bias": { layerNorm: true, bias: "single" },
    "a forget bias": { forgetBias: 1 },
    activations: {
      activations: ["hard-sigmoid", "softsign", { name: "scaled-tanh", alpha: 0.8, beta: 1.2 }],
    },
    "zoneout of c": { zoneout: { c: 0.4 } },
    "zoneout of both, projected": { zoneout: { h: 0.3, c: 0.4 }, projectionSize: 2 },
    "all together": {
      ...{ projectionSize: 2, peepholes: true, coupled: true, cellClip: 0.6, gateClip: 0.8, layerNorm: true },
      ...{ zoneout: { h: 0.2, c: 0.3 }, recurrentDropout: 0.3, weightDrop: 0.2, weightNoise: 0.1 },
      ...{ initialState: "learnt", batchFirst: true, merge: "sum", dropout: 0.2, lockedDropout: true },
    },
  }),
  ...rows("GRU", {
    "reset before": { resetAfter: false },
    "reset before, no bias": { resetAfter: false, bias: "none" },
    "reset before, h dropped": { resetAfter: false, recurrentDropout: 0.4 },
    "reset before, sums bounded": { resetAfter: false, gateClip: 0.4 },
    activations: { activations: ["hard-sigmoid", "softsign"] },
    "reset before, activations": {
      resetAfter: false,
      activations: ["softsign", { name: "elu", alpha: 0.5 }],
    },
  }),
  ...rows("MGU", {
    activations: { activations: ["hard-sigmoid", "softsign"] },
  }),
];
