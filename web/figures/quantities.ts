// What a layer's trace holds, as matrices to be shown: h, c and every gate, named, with the colours that suit their range.
import type { LayerTrace } from "unrolled/inspect";
import type { RampKind } from "./palette.ts";

export interface Quantity {
  /** "h", "c" or a gate's letter. */
  readonly name: string;
  readonly title: string;
  /** [T, units]: without the state before the first step. */
  readonly values: Float32Array;
  /** H, but for an h that is projected. */
  readonly units: number;
  readonly kind: RampKind;
  readonly limit: number;
}

const TITLES: Readonly<Record<string, string>> = {
  h: "hidden state h",
  c: "cell state c",
  i: "input gate i",
  f: "forget gate f",
  g: "candidate g",
  o: "output gate o",
  r: "reset gate r",
  z: "update gate z",
  n: "candidate n",
};

/** All quantities of a layer, the states first. */
export function quantitiesOf(layer: Omit<LayerTrace, "xs">): Quantity[] {
  const { states, widths, gates, activations, hiddenSize: units } = layer;
  const found = Object.entries(states).map(([name, values]) =>
    state(name, values.subarray(widths[name]), widths[name]),
  );
  for (const [name, values] of Object.entries(gates)) {
    const isGate = activations[name] === "sigmoid";
    const title = isGate && name === "g" ? "update gate g" : TITLES[name];
    found.push({ name, title, values, units, kind: isGate ? "sequential" : "diverging", limit: 1 });
  }
  return found;
}

/** Share of a state's numbers that have a colour of their own. */
const SHARE = 0.98;

/**
 * States stay within ±1 unless something lets them out, such as ReLU, or c, which counts. A few units that count far would leave all
 * others pale, so the strongest colour is for the largest 2 % of the magnitudes.
 */
function state(name: string, values: Float32Array, units: number): Quantity {
  const magnitudes = values.map(Math.abs).sort();
  const limit = Math.max(1, magnitudes[Math.floor(SHARE * (magnitudes.length - 1))]);
  return { name, title: TITLES[name], values, units, kind: "diverging", limit };
}
