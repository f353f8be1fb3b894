// The shapes of values between layers, known before anything is run.
import type { Axis } from "./config.ts";

/** The shape of a value between layers: lengths, or names of lengths that are free. */
export interface ValueShape {
  readonly axes: readonly Axis[];
  readonly kind: "float" | "int";
  /** Of what a recurrent layer puts out: the widths of its states by name, and its directions. */
  readonly states?: {
    readonly widths: Readonly<Record<string, number>>;
    readonly directions: 1 | 2;
    readonly batch: Axis;
  };
}

/** Why a layer cannot read what it is given, in words that follow the layer's name. */
export interface ShapeProblem {
  readonly problem: string;
}

/** [B, T, 3] as people write it. */
export function axesText(axes: readonly Axis[]): string {
  return `[${axes.join(", ")}]`;
}

/** Numbers of these axes. */
export function floats(axes: readonly Axis[]): ValueShape {
  return { axes, kind: "float" };
}

/** The problem of axes whose last one is not of this size; undefined where it may be. */
export function endsIn(axes: readonly Axis[], size: number): ShapeProblem | undefined {
  const last = axes[axes.length - 1];
  return last === undefined || differ(last, size) ? mismatch(axes, `[..., ${size}]`) : undefined;
}

/** Whether two lengths cannot be the same. A free length may turn out to be any. */
export function differ(a: Axis, b: Axis): boolean {
  return typeof a === "number" && typeof b === "number" && a !== b;
}

/** A layer reads these axes and needed others. */
export function mismatch(axes: readonly Axis[], needed: string): ShapeProblem {
  return { problem: `reads ${axesText(axes)}, needed ${needed}` };
}

/** Steps under a window that reaches so many steps beyond its first one. */
export function windowed(
  name: string,
  reach: number,
  { stride, padding }: { readonly stride: number; readonly padding: string },
  [batch, steps]: readonly Axis[],
  width: Axis,
): ValueShape | ShapeProblem {
  const span = padding === "valid" ? reach : 0;
  if (typeof steps === "string") {
    const same = span === 0 && stride === 1;
    return floats([batch, same ? steps : `${name}.T`, width]);
  }
  if (steps <= span) return { problem: `reads ${steps} steps, needed at least ${span + 1} (its kernel)` };
  return floats([batch, Math.ceil((steps - span) / stride), width]);
}
