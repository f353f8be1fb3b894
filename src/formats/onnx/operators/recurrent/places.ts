// Where the numbers of recurrent nodes stand: in ONNX's values by layout and direction, in the heap [T, B, …] for one direction.
import type { Device } from "../../../../tensor/device.ts";
import type { OnnxValue } from "../../value.ts";
import { copyIn } from "../product.ts";
import type { DirectionSize } from "./direction.ts";

/** Layout 0: X [T, B, I], Y [T, D, B, H], states [D, B, H]. Layout 1: X [B, T, I], Y [B, T, D, H], states [B, D, H]. */
export type Layout = "time-major" | "batch-major";

export interface Place {
  readonly size: DirectionSize;
  readonly layout: Layout;
  readonly direction: number;
  readonly directions: number;
  readonly reverse: boolean;
}

/** Copies X to [T, B, I]. */
export function layInput(device: Device, x: OnnxValue, { size, layout }: Place, to: number): void {
  const { steps, batch, input } = size;
  if (layout === "time-major" || batch === 1) {
    copyIn(device, x.data, 0, x.data.length, to);
    return;
  }
  for (let b = 0; b < batch; b++) {
    for (let t = 0; t < steps; t++)
      copyIn(device, x.data, (b * steps + t) * input, input, to + (t * batch + b) * input);
  }
}

/** Puts the state before the first step into its row of [T+1, B, H]; zeros where there is none. */
export function fillStates(device: Device, state: OnnxValue | undefined, place: Place, to: number): void {
  const { steps, batch, hidden } = place.size;
  const row = to + (place.reverse ? steps : 0) * batch * hidden;
  if (!state) {
    device.kernels.fill(row, 0, batch * hidden);
    return;
  }
  for (let b = 0; b < batch; b++) copyIn(device, state.data, stateStart(place, b), hidden, row + b * hidden);
}

/** Copies the state after the last step out of its row. */
export function readState(device: Device, from: number, place: Place, state: OnnxValue): void {
  const { steps, batch, hidden } = place.size;
  const row = from + (place.reverse ? 0 : steps) * batch * hidden;
  const floats = device.heap.floats();
  for (let b = 0; b < batch; b++) copyRow(floats, row + b * hidden, state, stateStart(place, b), hidden);
}

/** Copies the states after all steps to Y; what is behind the end of a sequence stays zero. */
export function readSequence(
  device: Device,
  from: number,
  place: Place,
  lengths: readonly number[] | undefined,
  y: OnnxValue,
): void {
  const { size, layout, direction, directions, reverse } = place;
  const { steps, batch, hidden } = size;
  const floats = device.heap.floats();
  for (let t = 0; t < steps; t++) {
    const row = from + (reverse ? t : t + 1) * batch * hidden;
    for (let b = 0; b < batch; b++) {
      if (lengths && t >= lengths[b]) continue;
      const entry =
        layout === "time-major"
          ? (t * directions + direction) * batch + b
          : (b * steps + t) * directions + direction;
      copyRow(floats, row + b * hidden, y, entry * hidden, hidden);
    }
  }
}

function stateStart({ size, layout, direction, directions }: Place, b: number): number {
  return (layout === "time-major" ? direction * size.batch + b : b * directions + direction) * size.hidden;
}

function copyRow(
  floats: Float32Array | Float64Array,
  from: number,
  to: OnnxValue,
  start: number,
  count: number,
): void {
  const { data } = to;
  for (let index = 0; index < count; index++) data[start + index] = floats[from + index];
}
