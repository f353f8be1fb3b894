import { multiply } from "../../tensor/operations/arithmetic.ts";
import { tensor } from "../../tensor/tensor.ts";
import type { LayerKind } from "../layer-kind.ts";
import { changed, keptSteps } from "../mask.ts";
import { floats, mismatch } from "../value-shape.ts";

/** Zero behind each sequence's end: [B, T, …] or [T, B, …], same shape out. */
export interface UntilEndsLayerConfig {
  readonly kind: "until-ends";
}

export const untilEnds: LayerKind<UntilEndsLayerConfig, undefined> = {
  fields: { needed: {} },

  isStepwise: true,

  shape: (_, [{ axes }]) =>
    axes.length >= 2 && axes.slice(0, 2).sort().join() === "B,T"
      ? floats(axes)
      : mismatch(axes, "[B, T, ...] or [T, B, ...]"),

  // A stream has no end, so that its step is what it reads.
  apply({ values: [value], shapes: [{ axes }] }) {
    const { tensor: xs, lengths } = value;
    if (!lengths) return { value };
    const [first, second, ...rest] = xs.shape;
    const [batch, steps] = axes[0] === "B" ? [first, second] : [second, first];
    const kept = keptSteps({ tensor: xs, lengths }, batch, steps);
    const laidOut =
      axes[0] === "B"
        ? kept
        : Uint8Array.from(kept, (_, at) => kept[(at % batch) * steps + Math.floor(at / batch)]);
    return changed(value, multiply(xs, tensor(xs.device, laidOut, [first, second, ...rest.map(() => 1)])));
  },
};
