import type { Reading } from "../engine/protocol.ts";
import type { Pointed } from "../figures/unrolled-geometry.ts";
import { shown } from "./equations.ts";

const ARROWS: Readonly<Record<string, string>> = {
  embedding: "looked up in the embedding",
  W_ih: "on its way through W_ih",
  W_hh: "on its way through W_hh to the next step",
  decoder: "on its way through the decoder's W",
};

/** The number under the pointer, in words. */
export function sayPointed(
  pointed: Pointed,
  { pieces, trace, task }: Reading,
  tokens: readonly string[],
): string {
  const { step, layer, what, index, arrow } = pointed;
  if (step < 0) return `the state before the first step: ${what}[${index}] = 0`;
  const place = `step ${step + 1}, ${JSON.stringify(pieces[step])}`;
  const way = arrow ? `, ${ARROWS[arrow]}` : "";
  const { hiddenSize, states, widths, gates } = trace.layers[layer];
  const ofLayer = trace.layers.length > 1 ? `, layer ${layer + 1}` : "";
  const said = (name: string, value: number, of = ofLayer) =>
    `${name}[${index}] = ${shown(value, 4)} at ${place}${of}${way}`;
  const steps = trace.ids.length;
  switch (what) {
    case "token":
      if (task) return place;
      return `${place}: token ${trace.ids[step]}${way}`;
    case "predicted":
      if (task) return `at ${place} it says ${task.words[step] || "nothing yet"}`;
      return step + 1 < steps
        ? `after ${place} comes ${JSON.stringify(pieces[step + 1])}, which surprises the network by ${(trace.lossNats[step] / Math.LN2).toFixed(2)} bits`
        : `${place} is the last`;
    case "x":
      return said("x", trace.inputs[(step * trace.inputs.length) / steps + index], "");
    case "logits":
      return said(
        `${task ? "" : "logit of "}${JSON.stringify(tokens[index])}, `,
        trace.outputs[step * tokens.length + index],
        "",
      );
    case "h":
      return said("h", states.h[(step + 1) * widths.h + index]);
    case "c":
      return said("c", states.c[(step + 1) * hiddenSize + index]);
    default:
      return said(what, gates[what][step * hiddenSize + index]);
  }
}
