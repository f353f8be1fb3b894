import { UnrolledError } from "../../../errors.ts";
import type { LayerConfig } from "../../../networks/config.ts";
import type { ValueShape } from "../../../networks/value-shape.ts";
import type { WriteContext, WrittenValue } from "./write-context.ts";

/** Before all that there can be. */
const FIRST = -(2 ** 31);

/** Layers that move or join steps. */
export type StepsConfig = Extract<LayerConfig, { kind: "reverse-steps" | "pool1d" }>;

/** Writes layers that move or join the steps of [B, T, C]. */
export function writeSteps(
  { graph }: WriteContext,
  layer: string,
  config: StepsConfig,
  value: WrittenValue,
  shape: ValueShape,
): WrittenValue {
  if (value.lengths || value.mask) throw unequalLengths(layer, config.kind);
  const swap = (name: string) => graph.add("Transpose", [name], { perm: { ints: [0, 2, 1] } });
  switch (config.kind) {
    case "reverse-steps": {
      const bounds = [graph.ints([-1]), graph.ints([FIRST]), graph.ints([1]), graph.ints([-1])];
      return { name: graph.add("Slice", [value.name, ...bounds]), shape };
    }
    case "pool1d": {
      const name = graph.add(config.pool === "max" ? "MaxPool" : "AveragePool", [swap(value.name)], {
        kernel_shape: { ints: [config.size] },
        strides: { ints: [config.stride] },
        auto_pad: { text: config.padding === "same" ? "SAME_UPPER" : "VALID" },
      });
      return { name: swap(name), shape };
    }
  }
}

/** Of a layer that cannot tell which steps count. */
export function unequalLengths(layer: string, kind: string): UnrolledError {
  return new UnrolledError("invalid-argument", {
    call: "writeOnnx",
    problem: `layer ${layer} (${kind}) moves or joins steps, so sequences of unequal length cannot pass it; needed a network without lengths and masks`,
  });
}
