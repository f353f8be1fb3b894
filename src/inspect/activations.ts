import { UnrolledError } from "../errors.ts";
import type { Network } from "../networks/network.ts";
import { inspected } from "./inspected-network.ts";
import { pause } from "./pause.ts";
import { type StateNumbers, stateAfter, trace } from "./trace.ts";

const STEPS_AT_ONCE = 256;

/** The states of a layer after each token of a long text, without the rest of what a trace keeps. */
export interface LayerActivations {
  /** By name, h first, [T, width] each. */
  readonly states: { readonly h: Float32Array; readonly [state: string]: Float32Array };
  readonly widths: Readonly<Record<string, number>>;
}

/** Reads a long text part by part, letting others take their turn between two parts. */
export async function activations(
  call: string,
  network: Network,
  ids: ArrayLike<number>,
  signal: AbortSignal | undefined,
): Promise<LayerActivations[]> {
  const layers = inspected(call, network).layers.map(({ cell }): LayerActivations => {
    const { states } = cell.shape;
    const room = states.map(({ name, width }) => [name, new Float32Array(ids.length * width)] as const);
    return {
      states: Object.fromEntries(room) as LayerActivations["states"],
      widths: Object.fromEntries(states.map(({ name, width }) => [name, width])),
    };
  });
  let state: StateNumbers[] | undefined;
  for (let start = 0; start < ids.length; start += STEPS_AT_ONCE) {
    const part = Array.from(ids).slice(start, start + STEPS_AT_ONCE);
    const traced = trace(network, part, { state });
    traced.layers.forEach(({ states, widths }, layer) => {
      for (const [name, numbers] of Object.entries(states))
        layers[layer].states[name].set(numbers.subarray(widths[name]), start * widths[name]);
    });
    state = stateAfter(traced, part.length - 1);
    await pause(call, signal);
  }
  return layers;
}

/** One unit's numbers [T] out of activations [T, width]. */
export function unitOf(numbers: Float32Array, width: number, unit: number): Float32Array {
  if (!(Number.isInteger(unit) && unit >= 0 && unit < width))
    throw new UnrolledError("invalid-argument", `unit is ${unit}, needed 0 to ${width - 1}`);
  return Float32Array.from({ length: numbers.length / width }, (_, t) => numbers[t * width + unit]);
}
