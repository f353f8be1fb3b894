import { type CellKind, cellOfKind, isKnownCell } from "../cells/cells.ts";
import { addOwnCell } from "../cells/own-cells.ts";
import type { CellSpec } from "../cells/spec.ts";
import { UnrolledError } from "../errors.ts";
import type { GivenFor, OptionTable } from "../options/option.ts";
import type { RecurrentOptions } from "../recurrent/recurrent-options.ts";
import type { LayerKind } from "./layer-kind.ts";
import { concat } from "./layers/concat.ts";
import { dropout } from "./layers/dropout.ts";
import { embedding } from "./layers/embedding.ts";
import type { LayerConfig, LayerKinds } from "./layers/layer-kinds.ts";
import { linear } from "./layers/linear.ts";
import { type Plain, type Returns, recurrentKind, recurrentKinds } from "./layers/recurrent.ts";
import { wordDropout } from "./layers/word-dropout.ts";

// A page that trains a language model need not fetch more than what such models are made of.
let known: Partial<LayerKinds> = {
  embedding,
  ...recurrentKinds,
  linear,
  dropout,
  "word-dropout": wordDropout,
  concat,
};

/** Layers over the user's own cells, by kind. */
const ownRecurrent = new Map<string, LayerKind<LayerConfig>>();

/**
 * Makes a cell of your own known to networks: configurations may name its `kind`, `networkOf` makes such a layer of a `Recurrent` over
 * it, and so networks with it stream, are saved and opened and can be looked into. Call it on each thread, where the cell is defined;
 * `importCell` does that for every thread.
 *
 * @returns what writes such a layer's configuration: of the options of a `Recurrent` over the cell, and whether it hands on all steps,
 * or the last output of each sequence
 * @throws UnrolledError "invalid-argument" if another cell or a kind of layer is called so
 */
export function knowCell<Table extends OptionTable>(
  spec: CellSpec<Table>,
): (options: Plain<RecurrentOptions & GivenFor<Table>>, returns?: Returns) => LayerConfig {
  const own = spec as unknown as CellSpec;
  const { kind } = own;
  if (isKnownCell(kind) ? cellOfKind(kind) !== own : Object.hasOwn(known, kind)) {
    throw new UnrolledError("invalid-argument", {
      call: "knowCell",
      problem: `there is another cell or kind of layer called ${kind}`,
    });
  }
  addOwnCell(own);
  ownRecurrent.set(kind, recurrentKind(kind as CellKind) as unknown as LayerKind<LayerConfig>);
  return (options, returns = "sequence") => ({ kind, options, returns }) as unknown as LayerConfig;
}

/** Makes all kinds known, which `check-config.ts` does for readers of configurations. */
export function knowAll(kinds: LayerKinds): void {
  known = kinds;
}

/** Names of the kinds that are known. */
export function kindNames(): readonly string[] {
  return [...Object.keys(known), ...ownRecurrent.keys()];
}

/** What there is to know of a layer's kind. */
export function kindOf({ kind }: LayerConfig): LayerKind<LayerConfig> {
  const found = known[kind] ?? ownRecurrent.get(kind);
  if (!found) {
    throw new UnrolledError("invalid-argument", {
      call: "network",
      problem: `kind ${kind} is not known before checkNetworkConfig is`,
    });
  }
  return found as LayerKind<LayerConfig>;
}
