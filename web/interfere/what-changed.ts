// What a change did, in a sentence.
import type { Interference, Reading } from "../engine/protocol.ts";

/** Nats below which two readings are the same: the kernels' own last bits. */
const SAME_NATS = 1e-4;

export interface WhatChanged {
  readonly isNothing: boolean;
  readonly text: string;
}

export function whatChanged(
  { pieces, trace }: Reading,
  { trace: changed, plain, changed: after }: Interference,
): WhatChanged {
  const steps = pieces.length;
  const width = trace.outputs.length / steps;
  let [most, mostAt, likeliest, sum] = [0, -1, 0, 0];
  for (let step = 0; step < steps; step++) {
    if (likeliestAt(trace.outputs, step, width) !== likeliestAt(changed.outputs, step, width)) likeliest += 1;
    if (step + 1 === steps) break;
    const difference = changed.lossNats[step] - trace.lossNats[step];
    sum += difference;
    if (Math.abs(difference) > Math.abs(most)) [most, mostAt] = [difference, step + 1];
  }
  const isSameText = plain.pieces.join("") === after.pieces.join("");
  if (Math.abs(most) < SAME_NATS && likeliest === 0 && isSameText)
    return { isNothing: true, text: "Nothing changed: the network expects and writes the same." };
  const bits = (nats: number) => (Math.abs(nats) / Math.LN2).toFixed(2);
  const mean = sum / Math.max(1, steps - 1);
  const said = [
    `At ${likeliest} of ${steps} steps it expects another token most.`,
    ...(mostAt < 0
      ? []
      : [
          `The text surprises it by ${bits(mean)} bits a token ${mean < 0 ? "less" : "more"}, ${JSON.stringify(pieces[mostAt])} at step ${mostAt + 1} most of all (${bits(most)} ${most < 0 ? "less" : "more"}).`,
        ]),
    isSameText ? "What it writes is the same." : "It writes something else.",
  ];
  return { isNothing: false, text: said.join(" ") };
}

function likeliestAt(outputs: Float32Array, step: number, width: number): number {
  let best = 0;
  for (let id = 1; id < width; id++) if (outputs[step * width + id] > outputs[step * width + best]) best = id;
  return best;
}
