import { UnrolledError } from "../errors.ts";
import type { LanguageModel } from "../models/language-model.ts";
import { pause } from "./pause.ts";
import { type StateNumbers, stateAfter, trace } from "./trace.ts";

const STEPS_AT_ONCE = 256;

/** The states of a layer after each token of a long text [T, H], without the rest of what a trace keeps. */
export interface LayerActivations {
  readonly hiddenSize: number;
  readonly h: Float32Array;
  /** Of an LSTM. */
  readonly c?: Float32Array;
}

/** Reads a long text part by part, letting others take their turn between two parts. */
export async function activations(
  call: string,
  model: LanguageModel,
  ids: ArrayLike<number>,
  signal: AbortSignal | undefined,
): Promise<LayerActivations[]> {
  const { numLayers, hiddenSize, cell } = model.config;
  const room = () => new Float32Array(ids.length * hiddenSize);
  const layers = Array.from({ length: numLayers }, () => ({
    hiddenSize,
    h: room(),
    ...(cell === "lstm" ? { c: room() } : {}),
  }));
  let state: StateNumbers[] | undefined;
  for (let start = 0; start < ids.length; start += STEPS_AT_ONCE) {
    const part = Array.from(ids).slice(start, start + STEPS_AT_ONCE);
    const traced = trace(model, part, { state });
    traced.layers.forEach(({ h, c }, layer) => {
      layers[layer].h.set(h.subarray(hiddenSize), start * hiddenSize);
      if (c) layers[layer].c?.set(c.subarray(hiddenSize), start * hiddenSize);
    });
    state = stateAfter(traced, part.length - 1);
    await pause(call, signal);
  }
  return layers;
}

/** One unit's numbers [T] out of activations [T, H]. */
export function unitOf(numbers: Float32Array, hiddenSize: number, unit: number): Float32Array {
  if (!(Number.isInteger(unit) && unit >= 0 && unit < hiddenSize))
    throw new UnrolledError("invalid-argument", `unit is ${unit}, needed 0 to ${hiddenSize - 1}`);
  return Float32Array.from({ length: numbers.length / hiddenSize }, (_, t) => numbers[t * hiddenSize + unit]);
}
