// A recurrent node in a recording: as places.ts and node.ts, between places of the heap by kernels alone.

import type { Recording } from "../../recording.ts";
import type { OnnxValue } from "../../value.ts";
import type { LaidDirection } from "./direction.ts";
import type { LaidNode } from "./node-room.ts";
import type { Layout } from "./places.ts";

/** Values of a node that all have places; c and y where there are any. */
export interface NodeValues {
  readonly x: OnnxValue;
  readonly initial: readonly (OnnxValue | undefined)[];
  readonly last: readonly OnnxValue[];
  readonly y: OnnxValue | undefined;
}

/** Runs a node that is laid out. */
export function runOnPlaces(
  recording: Recording,
  { directions, xs, size }: LaidNode,
  layout: Layout,
  { x, initial, last, y }: NodeValues,
): void {
  const { kernels } = recording;
  const { steps, batch, input, hidden } = size;
  const isTimeMajor = layout === "time-major" || (batch === 1 && directions.length === 1);
  if (layout === "time-major" || batch === 1)
    kernels.copyRows({ x: x.place!, y: xs, n: steps * batch * input });
  else
    for (let b = 0; b < batch; b++) {
      const from = x.place! + b * steps * input;
      kernels.copyRows({ x: from, xRow: input, y: xs + b * input, yRow: batch * input, m: steps, n: input });
    }
  const [stateStep, stateFirst] =
    layout === "time-major" ? [hidden, batch * hidden] : [directions.length * hidden, hidden];
  directions.forEach(({ run, layer }: LaidDirection, d) => {
    const [before, after] = run.reverse ? [steps, 0] : [0, steps];
    run.states.forEach((states, index) => {
      const row = states + before * batch * hidden;
      const state = initial[index];
      if (!state) kernels.fill(row, 0, batch * hidden);
      else
        kernels.copyRows({
          x: state.place! + d * stateFirst,
          xRow: stateStep,
          y: row,
          yRow: hidden,
          m: batch,
          n: hidden,
        });
    });
    layer.prepare();
    layer.forward();
    const [hs] = run.states;
    const rows = hs + (run.reverse ? 0 : batch * hidden);
    if (y && isTimeMajor) {
      const n = batch * hidden;
      kernels.copyRows({ x: rows, xRow: n, y: y.place! + d * n, yRow: directions.length * n, m: steps, n });
    } else if (y)
      for (let b = 0; b < batch; b++) {
        const to = y.place! + (b * steps * directions.length + d) * hidden;
        const yRow = directions.length * hidden;
        kernels.copyRows({ x: rows + b * hidden, xRow: batch * hidden, y: to, yRow, m: steps, n: hidden });
      }
    run.states.forEach((states, index) => {
      const row = states + after * batch * hidden;
      const to = last[index].place! + d * stateFirst;
      kernels.copyRows({ x: row, xRow: hidden, y: to, yRow: stateStep, m: batch, n: hidden });
    });
  });
}
