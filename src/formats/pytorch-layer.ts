import { type CellKind, cellOfKind } from "../cells/cells.ts";
import { stepOptions } from "../cells/step-options.ts";
import type { RecurrentLayerConfig } from "../networks/config.ts";
import type { OptionTable } from "../options/option.ts";

const LAYERS: Partial<Readonly<Record<CellKind, string>>> = { rnn: "RNN", lstm: "LSTM", gru: "GRU" };

/** Options that PyTorch has too, or that only the first weights depend on, and their values there; all if not said. */
const KNOWN: Readonly<Record<string, readonly unknown[] | undefined>> = {
  bias: ["double", "none"],
  nonlinearity: ["tanh", "relu"],
  projectionSize: undefined,
  forgetBias: undefined,
};

/** PyTorch's layer that computes what one of ours does, by its name in torch.nn; none where it has no such cell. */
export function pytorchLayerOf({ kind, options }: RecurrentLayerConfig): string | undefined {
  const table: OptionTable = { ...stepOptions, ...cellOfKind(kind).options };
  const given: Readonly<Record<string, unknown>> = { ...options };
  const isThere = (name: string) => {
    const isUsual =
      given[name] === undefined || JSON.stringify(given[name]) === JSON.stringify(table[name].default);
    return isUsual || (Object.hasOwn(KNOWN, name) && (KNOWN[name]?.includes(given[name]) ?? true));
  };
  const zonesOut = Object.values(options.zoneout ?? {}).some((share) => share);
  return !zonesOut && Object.keys(table).every(isThere) ? LAYERS[kind] : undefined;
}
