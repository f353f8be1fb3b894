import type { NetworkLayer } from "./config.ts";
import type { LayeredNetwork } from "./layered-network.ts";

/**
 * The layers that lead from known values to wanted ones, in their order: what only others need is left out, and so is what made the
 * known ones. An encoder is such a part of an encoder-decoder, and a step of its decoder another.
 */
export function networkPart(
  { config }: Pick<LayeredNetwork, "config">,
  { known, wanted }: { readonly known: Iterable<string>; readonly wanted: Iterable<string> },
): readonly NetworkLayer[] {
  const there = new Set(known);
  const needed = new Set(wanted);
  const part: NetworkLayer[] = [];
  for (const layer of config.layers.toReversed()) {
    if (!needed.has(layer.name) || there.has(layer.name)) continue;
    part.push(layer);
    for (const read of layer.inputs) needed.add(read);
  }
  return part.reverse();
}
