// What recurrent layers and single-step cells are given. Each option is described once, in the tables that these types come from.
import type { CELLS, CellKind } from "../cells/cells.ts";
import type { gru } from "../cells/gru.ts";
import type { lstm } from "../cells/lstm.ts";
import type { mgu } from "../cells/mgu.ts";
import type { rnn } from "../cells/rnn.ts";
import type { CellOptionsOf, CellSpec } from "../cells/spec.ts";
import { stepOptions } from "../cells/step-options.ts";
import { UnrolledError } from "../errors.ts";
import { type Fields, fieldProblems, size } from "../options/field-checks.ts";
import { checksOf, type GivenFor, type OptionTable, type ValuesOf, valuesOf } from "../options/option.ts";
import type { Generator } from "../random/philox.ts";
import { sequenceOptions } from "./sequence-options.ts";

/** Sizes of a cell, and where its initial weights come from. */
export interface CellSizes {
  /** I. */
  readonly inputSize: number;
  /** H. */
  readonly hiddenSize: number;
  /** Where initial weights and masks come from; the device's if not given. */
  readonly generator?: Generator;
}

/** Sizes and options of a single-step cell: those of a layer that concern one step. */
export interface CellOptions extends CellSizes, GivenFor<typeof stepOptions> {}

/** Sizes and options that every recurrent layer has, PyTorch's words where it has them. */
export interface RecurrentOptions extends CellOptions, GivenFor<typeof sequenceOptions> {}

/** Elman's network. */
export interface RNNOptions extends RecurrentOptions, GivenFor<typeof rnn.options> {}

/** Long short-term memory. */
export interface LSTMOptions extends RecurrentOptions, GivenFor<typeof lstm.options> {}

/** Gated recurrent unit. */
export interface GRUOptions extends RecurrentOptions, GivenFor<typeof gru.options> {}

/** Minimal gated unit (Zhou et al. 2016), gates f and candidate n. */
export interface MGUOptions extends RecurrentOptions, GivenFor<typeof mgu.options> {}

/** What a layer over a built-in cell is given, by the cell's kind. */
export type OptionsOfKind<Kind extends CellKind> = RecurrentOptions &
  GivenFor<(typeof CELLS)[Kind]["options"]>;

/** All options of a layer over a cell, the defaults filled in. */
export type RecurrentValues<Table extends OptionTable = OptionTable> = CellOptionsOf<Table> &
  ValuesOf<typeof sequenceOptions>;

const sizes = { inputSize: size, hiddenSize: size };

/** Every option of a layer over a cell but its sizes: of sequences, of a step, and the cell's own. */
export function layerOptions<Table extends OptionTable>(
  spec: CellSpec<Table>,
): typeof sequenceOptions & typeof stepOptions & Table {
  return { ...sequenceOptions, ...stepOptions, ...spec.options };
}

/** The options of a layer over a cell as fields of plain data. */
export function layerFields(spec: CellSpec): Fields {
  return { needed: sizes, optional: checksOf(layerOptions(spec)) };
}

/**
 * The options of a layer, or of one step, over a cell, checked and with the defaults filled in.
 *
 * @throws UnrolledError "invalid-argument" that names the option
 */
export function resolveOptions<Table extends OptionTable>(
  call: string,
  spec: CellSpec<Table>,
  given: object,
  scope: "layer" | "step",
): RecurrentValues<Table> {
  const { generator: _, ...options } = given as { readonly generator?: unknown } & Record<string, unknown>;
  const table: OptionTable = scope === "layer" ? layerOptions(spec) : { ...stepOptions, ...spec.options };
  requireKnown(call, options, table);
  const { inputSize, hiddenSize, ...rest } = options;
  const [problem] = fieldProblems({ inputSize, hiddenSize }, { needed: sizes });
  if (problem) throw new UnrolledError("invalid-argument", { call, problem });
  const values = { inputSize, hiddenSize, ...valuesOf(call, table, rest) };
  return (scope === "layer"
    ? values
    : { ...valuesOf(call, sequenceOptions, {}), ...values }) as unknown as RecurrentValues<Table>;
}

function requireKnown(call: string, options: object, table: OptionTable): void {
  const known = ["inputSize", "hiddenSize", ...Object.keys(table), "generator"];
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined || known.includes(option)) continue;
    const hint =
      option === "bidirectional" && known.includes("direction") ? 'direction: "bidirectional" instead, ' : "";
    throw new UnrolledError("invalid-argument", {
      call,
      problem: `"${option}" is no option of it, needed ${hint}of the options ${known.join(", ")}`,
    });
  }
}
