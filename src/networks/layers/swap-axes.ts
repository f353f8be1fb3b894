import { oneOf } from "../../options/field-checks.ts";
import { swapAxes as swapFirst, swapLastAxes } from "../../tensor/operations/shapes.ts";
import type { Axis } from "../config.ts";
import { freshValue, type LayerKind } from "../layer-kind.ts";
import { transposedMask } from "../mask.ts";
import { isWalked, stepWidth } from "../step-value.ts";
import { floats, mismatch } from "../value-shape.ts";

/** The first two axes exchanged, [B, T, …] to [T, B, …] and back, or the last two, [B, T, C] to [B, C, T]. */
export interface SwapAxesLayerConfig {
  readonly kind: "swap-axes";
  readonly axes: "first" | "last";
}

export const swapAxes: LayerKind<SwapAxesLayerConfig, undefined> = {
  fields: { needed: { axes: oneOf("first", "last") } },

  shape: (config, [{ axes }]) =>
    axes.length < 2 ? mismatch(axes, "two axes or more") : floats(swapped(config, axes)),

  apply({ config, values: [{ tensor, lengths, mask }], shapes: [{ axes }] }) {
    const isFirst = config.axes === "first";
    const turnsMask = mask && axes.slice(0, 2).every(isWalked) && (isFirst || axes.length === 2);
    return {
      value: {
        tensor: isFirst ? swapFirst(tensor) : swapLastAxes(tensor),
        lengths,
        mask: turnsMask ? transposedMask(mask) : mask,
      },
    };
  },

  streamProblem: ({ axes: which }, [{ axes }]) =>
    which === "first" && axes.filter(isWalked).length < 2 && !isWalked(axes[1])
      ? "moves entries of a step in front of the sequences"
      : undefined,

  /** Sequences and their steps are one at a time, so that an axis which changes places with one of them stays where it is. */
  step(room, { config, read: [x], shapes, width }) {
    const [m, n] = shapes[0].axes.slice(-2);
    if (config.axes === "first" || isWalked(m) || isWalked(n)) return { value: x, run: () => {} };
    const value = freshValue(room, width);
    const [rows, columns] = [m as number, n as number];
    const each = stepWidth(shapes[0])! / (rows * columns);
    const { kernels } = room.device;
    return {
      value,
      run: (batch) => kernels.transpose({ x: x.at, y: value.at, count: batch * each, m: rows, n: columns }),
    };
  },
};

function swapped({ axes: which }: SwapAxesLayerConfig, axes: readonly Axis[]): readonly Axis[] {
  const at = which === "first" ? 0 : axes.length - 2;
  return [...axes.slice(0, at), axes[at + 1], axes[at], ...axes.slice(at + 2)];
}
