import { UnrolledError } from "../errors.ts";
import type { LayerKind } from "./layer-kind.ts";
import { dropout } from "./layers/dropout.ts";
import { embedding } from "./layers/embedding.ts";
import type { LayerConfig, LayerKinds } from "./layers/layer-kinds.ts";
import { linear } from "./layers/linear.ts";
import { recurrentKinds } from "./layers/recurrent.ts";
import { wordDropout } from "./layers/word-dropout.ts";

// A page that trains a language model need not fetch more than what such models are made of.
let known: Partial<LayerKinds> = {
  embedding,
  ...recurrentKinds,
  linear,
  dropout,
  "word-dropout": wordDropout,
};

/** Makes all kinds known, which `check-config.ts` does for whoever reads configurations. */
export function knowAll(kinds: LayerKinds): void {
  known = kinds;
}

/** Names of the kinds that are known. */
export function kindNames(): readonly string[] {
  return Object.keys(known);
}

/** What there is to know of a layer's kind. */
export function kindOf({ kind }: LayerConfig): LayerKind<LayerConfig> {
  const found = known[kind];
  if (!found) {
    throw new UnrolledError("invalid-argument", {
      call: "network",
      problem: `kind ${kind} is not known before checkNetworkConfig is`,
    });
  }
  return found as LayerKind<LayerConfig>;
}
