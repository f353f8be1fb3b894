import type { NetworkInput } from "./config.ts";
import type { LayeredNetwork } from "./layered-network.ts";
import { inferredShapes } from "./network-shapes.ts";
import type { ValueShape } from "./value-shape.ts";

/** A configuration and the shapes of its values. */
export type ShapedConfig = Pick<LayeredNetwork, "config" | "shapes">;

/**
 * The configuration that a session steps through. Where inputs fix their number of steps, [B, 20, …], that number is free in it: a
 * stream has as many steps as it has. Any other configuration is given back as it is.
 */
export function walkedConfig({ config, shapes }: ShapedConfig): ShapedConfig {
  if (config.inputs.some(({ axes }) => axes.includes("T"))) return { config, shapes };
  const fixed = config.inputs.filter(hasFixedSteps);
  if (fixed.length === 0 || new Set(fixed.map(({ axes }) => axes[1])).size > 1) return { config, shapes };
  const inputs = config.inputs.map((input) =>
    hasFixedSteps(input) ? { ...input, axes: ["B", "T", ...input.axes.slice(2)] } : input,
  );
  const walked = { ...config, inputs };
  const inferred = inferredShapes(walked);
  if (inferred.problems.length > 0) return { config, shapes };
  return { config: walked, shapes: inferred.shapes as ReadonlyMap<string, ValueShape> };
}

/** Ids [B, n] and numbers [B, n, …] are sequences, numbers [B, n] one vector each. */
function hasFixedSteps({ axes, kind }: NetworkInput): boolean {
  return axes[0] === "B" && typeof axes[1] === "number" && axes.length >= (kind === "int" ? 2 : 3);
}
