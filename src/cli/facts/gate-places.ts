import { GATE_LAYOUTS } from "../../formats/gate-layouts.ts";
import type { ModelFormat } from "../../models/model.ts";
import type { LayerConfig, RecurrentLayerConfig } from "../../networks/config.ts";
import { isRecurrent, shapeOf } from "../../networks/recurrent-axes.ts";

/** Where a gate lies in a file's own matrices. */
export interface GatePlace {
  /** As the format calls it: c of Keras is g of PyTorch. */
  readonly gate: string;
  /** First row or column, and the one after the last. */
  readonly from: number;
  readonly to: number;
}

/** A recurrent layer's gates in the order of its file. */
export interface GatePlaces {
  /** Whether they lie below each other or side by side. */
  readonly along: "rows" | "columns";
  readonly gates: readonly GatePlace[];
}

/** What formats call the candidate of a cell, and where they have it. */
const LETTERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  keras: { g: "c", n: "h" },
  "tensorflow-js": { g: "c", n: "h" },
  rtneural: { g: "c", n: "h" },
  "basic-lstm": { g: "j" },
  onnx: { g: "c", n: "h" },
};

/** Where each gate of a recurrent layer lies in its file; nothing for layers without gates. */
export function gatePlaces(format: ModelFormat, config: LayerConfig): GatePlaces | undefined {
  if (!isRecurrent(config) || !hasGates(config)) return undefined;
  const { hiddenSize } = config.options;
  const isKeras = ["keras", "tensorflow-js", "rtneural"].includes(format);
  if (format === "basic-lstm")
    return placed(format, GATE_LAYOUTS.tensorflow.basicLstm.gates, hiddenSize, "columns");
  if (isKeras && config.kind === "lstm")
    return placed(format, GATE_LAYOUTS.keras.lstm.gates, hiddenSize, "columns");
  if (isKeras && config.kind === "gru")
    return placed(format, GATE_LAYOUTS.keras.gruResetAfter.gates, hiddenSize, "columns");
  return placed(format, shapeOf(config).gates, hiddenSize, "rows");
}

/** Whether any block of a cell's weights is more than the state that it makes. */
function hasGates(config: RecurrentLayerConfig): boolean {
  const { gates, states } = shapeOf(config);
  return gates.some((gate) => states.every(({ name }) => name !== gate));
}

/** Where each gate lies in W [D, G·H, I] of an ONNX node; nothing for other nodes, and for RNN. */
export function onnxGatePlaces(operator: string, hiddenSize: number): GatePlaces | undefined {
  if (operator === "LSTM") return placed("onnx", GATE_LAYOUTS.onnx.lstm.gates, hiddenSize, "rows");
  if (operator === "GRU") return placed("onnx", GATE_LAYOUTS.onnx.gru.gates, hiddenSize, "rows");
  return undefined;
}

function placed(
  format: ModelFormat,
  gates: readonly string[],
  hiddenSize: number,
  along: GatePlaces["along"],
): GatePlaces {
  const letters = LETTERS[format] ?? {};
  return {
    along,
    gates: gates.map((gate, index) => ({
      gate: letters[gate] ?? gate,
      from: index * hiddenSize,
      to: (index + 1) * hiddenSize,
    })),
  };
}

/** "rows i 0–3, f 4–7, g 8–11, o 12–15", for people. */
export function gatesText({ along, gates }: GatePlaces): string {
  const places = gates.map(({ gate, from, to }) => `${gate} ${to - from > 1 ? `${from}–${to - 1}` : from}`);
  return `${along} ${places.join(", ")}`;
}
