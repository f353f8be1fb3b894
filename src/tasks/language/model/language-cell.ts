// The cell of a language model: any of the registry, with the options that its table has and those of the layers over it. Everything
// else (flags, keys, checks, help, config.json) comes from these tables.
import {
  CELL_KINDS,
  CELLS,
  type CellKind,
  cellOfKind,
  isCellKind,
  isKnownCell,
  shapeWith,
} from "../../../cells/cells.ts";
import type { CellShape } from "../../../cells/spec.ts";
import { stepOptions } from "../../../cells/step-options.ts";
import { naming, UnrolledError } from "../../../errors.ts";
import { quoted } from "../../../options/field-checks.ts";
import { kindsWith, type OptionsOfKinds, optionsOfKinds } from "../../../options/kinds.ts";
import {
  allOrEach,
  defaultsOf,
  type GivenFor,
  type Option,
  type OptionTable,
  recordOption,
  valuesOf,
} from "../../../options/option.ts";
import { cellProblem } from "../../../recurrent/bound-cell.ts";
import type { RecurrentValues } from "../../../recurrent/recurrent-options.ts";
import { sequenceOptions } from "../../../recurrent/sequence-options.ts";

type NameOf<Kind extends CellKind> = Kind extends "rnn" ? "elman" : Kind;

/** What configurations call a cell: as the registry does, but for the Elman cell, which is "rnn" there. */
export type CellName = NameOf<CellKind>;

/** The name of any cell that is known, the user's own among them. */
export type AnyCellName = CellName | (string & {});

/** The name of a kind. */
export function nameOfCell<Kind extends CellKind>(kind: Kind): NameOf<Kind> {
  return (kind === "rnn" ? "elman" : kind) as NameOf<Kind>;
}

/** The kind of a name; a kind's own is read too. */
export function kindOfCell(name: AnyCellName | CellKind): CellKind {
  return (name === "elman" ? "rnn" : name) as CellKind;
}

/** Their names. */
export const CELL_NAMES: readonly CellName[] = CELL_KINDS.map(nameOfCell);

/** Other words for some of them. */
export const CELL_ALIASES = { rnn: "elman" } as const;

/** Of a layer's options, those that a language model says in words of its own, or has no use for. */
const SAID_OTHERWISE = [
  ...(["numLayers", "direction", "merge", "batchFirst", "initialState"] as const),
  ...(["dropout", "lockedDropout", "weightDrop", "zoneout"] as const),
];
type SaidOtherwise = (typeof SAID_OTHERWISE)[number];

/** What acts while it trains, whichever the cell. */
const trainingOptions = {
  zoneout: {
    ...allOrEach(sequenceOptions.zoneout),
    help: "probability that a unit keeps its value, of all states or by name: h=0.1,c=0.05 (Krueger et al. 2017)",
  },
  ...(Object.fromEntries(
    Object.entries(sequenceOptions).filter(([name]) => !(SAID_OTHERWISE as readonly string[]).includes(name)),
  ) as Omit<typeof sequenceOptions, SaidOtherwise>),
};

type TableOf<Kind extends CellKind> = typeof stepOptions & (typeof CELLS)[Kind]["options"];
type CellTables = {
  readonly [Kind in CellKind as NameOf<Kind>]: TableOf<Kind> & typeof trainingOptions;
};

/** What decides weights and arithmetic, of each cell. */
const ownTables = Object.fromEntries(
  CELL_KINDS.map((kind) => [nameOfCell(kind), { ...stepOptions, ...CELLS[kind].options }]),
) as { readonly [Kind in CellKind as NameOf<Kind>]: TableOf<Kind> };

/** All that can be said of each. */
const tables = Object.fromEntries(
  CELL_NAMES.map((name) => [name, { ...trainingOptions, ...ownTables[name] }]),
) as CellTables;

/** Options of which any may be left out. */
type LeftOut<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends Option<infer Value> ? Option<Value | undefined> : never;
};

/** A value that the cell's own table checks. */
const anyOption: Option<unknown> = {
  form: "text",
  check: () => undefined,
  default: undefined,
  help: "a number, a word, true or false",
};

/** The options that a cell of the user's own alone has, by name. */
const cellOptions: Option<Readonly<Record<string, unknown>> | undefined> = {
  ...recordOption(anyOption, {
    default: {},
    placeholder: "name=value",
    help: "what a cell of your own alone can be told, with commas: decay=0.3,fast=true",
  }),
  default: undefined,
};

/** The options of all cells, each once, and which have it. */
export const CELL_OPTIONS = {
  ...(optionsOfKinds(tables, "cell") as LeftOut<OptionsOfKinds<CellTables>>),
  cellOptions,
};

/** Settings and configurations have always named it, whichever the cell. */
const NAMED_ALWAYS = "nonlinearity";

/** What a language model's configuration may say of its cell. */
export type CellConfig = GivenFor<typeof CELL_OPTIONS>;

/** A cell with its options, and whatever else is said of a model. */
export interface CellChoice extends CellConfig {
  readonly cell: AnyCellName;
  readonly hiddenSize: number;
  /** Units of the last layer; hiddenSize if not given. */
  readonly lastHiddenSize?: number | null | undefined;
}

/** The options of a cell: those that it has. */
export function cellTable(cell: AnyCellName): OptionTable {
  const kind = kindOfCell(cell);
  return isCellKind(kind) ? tables[nameOfCell(kind)] : { ...trainingOptions, ...stepOptions, cellOptions };
}

/** Names of a cell's options that decide its weights and its arithmetic, which a trained model brings. */
export function architectureOptions(cell: AnyCellName): readonly string[] {
  const kind = kindOfCell(cell);
  return Object.keys(isCellKind(kind) ? ownTables[nameOfCell(kind)] : { ...stepOptions, cellOptions });
}

/** What a configuration says of them. */
export function architectureOf(config: CellChoice): Readonly<Record<string, unknown>> {
  const names = architectureOptions(config.cell);
  return Object.fromEntries(Object.entries(ownOptions(config)).filter(([name]) => names.includes(name)));
}

/** The options of its own cell that a configuration says. */
export function ownOptions(config: CellChoice): Readonly<Record<string, unknown>> {
  const table = cellTable(config.cell);
  return Object.fromEntries(
    Object.entries(config).filter(([name, value]) => value !== undefined && Object.hasOwn(table, name)),
  );
}

/** Those of them that are other than they are by themselves. */
export function unusualOptions(config: CellChoice): Readonly<Record<string, unknown>> {
  const table = cellTable(config.cell);
  const isUsual = (name: string, value: unknown) =>
    JSON.stringify(value) === JSON.stringify(table[name].default);
  return Object.fromEntries(Object.entries(ownOptions(config)).filter((entry) => !isUsual(...entry)));
}

/** What a configuration says of its cell: what is other than by itself, and what is named always. */
export function configuredOptions(config: CellChoice): CellConfig {
  const { [NAMED_ALWAYS]: value = CELL_OPTIONS[NAMED_ALWAYS].default } = config;
  return { [NAMED_ALWAYS]: value, ...unusualOptions(config) };
}

/** The options of all cells as settings: what is given for its own one, else as that has it; undefined for those of others. */
export function settledCell(cell: CellChoice, given: CellConfig): CellConfig {
  const own: OptionTable = { [NAMED_ALWAYS]: CELL_OPTIONS[NAMED_ALWAYS], ...cellTable(cell.cell) };
  const said: Readonly<Record<string, unknown>> = given;
  return Object.fromEntries(
    Object.keys(CELL_OPTIONS).map((name) => [name, own[name] && (said[name] ?? own[name].default)]),
  );
}

/** The last layer's choice, whose width may be its own. */
export function lastLayerOf<Choice extends CellChoice>(config: Choice): Choice {
  return config.lastHiddenSize == null ? config : { ...config, hiddenSize: config.lastHiddenSize };
}

/** The gates, states and widths of a model's cell. */
export function cellShapeOf(config: CellChoice, inputSize = config.hiddenSize): CellShape {
  return shapeWith(cellOfKind(kindOfCell(config.cell)), { ...config, ...config.cellOptions, inputSize });
}

/** The options of a recurrent layer that a configuration means. */
export function layerOptionsOf(config: CellChoice): Readonly<Record<string, unknown>> {
  const { zoneout, cellOptions = {}, ...given } = ownOptions(config);
  const own = { ...given, ...(cellOptions as object) };
  if (typeof zoneout !== "number") return zoneout === undefined ? own : { ...own, zoneout };
  const each = cellShapeOf(config).states.map(({ name }) => [name, zoneout]);
  return zoneout === 0 ? own : { ...own, zoneout: Object.fromEntries(each) };
}

/** @throws UnrolledError "invalid-argument" that names the option which the cell lacks, or cannot have */
export function checkCell(call: string, config: CellChoice): void {
  const kind = kindOfCell(config.cell);
  const cell = nameOfCell(kind);
  const table = cellTable(cell);
  if (config.cellOptions !== undefined && isCellKind(kind)) {
    throw new UnrolledError("invalid-argument", {
      call,
      subject: [{ option: "cellOptions" }],
      got: quoted(config.cellOptions),
      needed: naming`none with ${{ option: "cell" }} ${cell}, whose options are settings of their own`,
    });
  }
  for (const [name, value] of Object.entries(config)) {
    const others = kindsWith(tables, name);
    const isFine = others.length === 0 || Object.hasOwn(table, name) || name === NAMED_ALWAYS;
    if (value === undefined || isFine) continue;
    throw new UnrolledError("invalid-argument", {
      call,
      subject: [{ option: name }],
      got: quoted(value),
      needed: naming`none with ${{ option: "cell" }} ${cell}, since ${others.join(", ")} alone ${others.length > 1 ? "have" : "has"} it`,
    });
  }
  const spec = cellOfKind(kind);
  const values = valuesOf(call, table, ownOptions(config));
  const ofCell = isCellKind(kind) ? {} : valuesOf(spec.name, spec.options, config.cellOptions ?? {});
  const sizes = { inputSize: config.hiddenSize, hiddenSize: config.hiddenSize };
  const options = {
    ...defaultsOf(sequenceOptions),
    ...values,
    ...ofCell,
    ...layerOptionsOf(config),
    ...sizes,
  };
  const problem = cellProblem(spec, options as unknown as RecurrentValues);
  if (problem) throw new UnrolledError("invalid-argument", { call, problem });
}

/** ["LSTM", "peepholes", "projection size 64"]: the cell, and what of it is unusual. */
export function cellWords(config: CellChoice): readonly string[] {
  if (!isKnownCell(kindOfCell(config.cell))) return [String(config.cell)];
  const words = Object.entries(unusualOptions(config)).map(([name, value]) => {
    const said = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    if (typeof value === "boolean") return value ? said : `no ${said}`;
    return `${said} ${valueText(value)}`;
  });
  return [cellOfKind(kindOfCell(config.cell)).name, ...words];
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(" ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value).flat().join(" ");
}
