import { UnrolledError } from "../errors.ts";
import { OPTIMISERS } from "../optimisers/optimiser-options.ts";
import { defaultsOfKind } from "../options/kinds.ts";
import { type GivenFor, type OptionTable, type ValuesOf, valuesOf } from "../options/option.ts";
import { LANGUAGE_OPTIONS, settleLanguage } from "../tasks/language/language-options.ts";
import { type Budget, LOOP_OPTIONS, type LoopSettings } from "../tasks/loop-settings.ts";
import type { PartialSettings, TrainingSettings } from "./settings.ts";

/** What of a task decides its settings. */
export interface TaskOptions<Table extends OptionTable> {
  readonly options: Table;
  readonly defaults?: Partial<LoopSettings>;
  settle?(given: GivenFor<Table>, values: ValuesOf<Table>): ValuesOf<Table>;
}

const DEFAULT_BUDGET: Budget = { epochs: 15 };

/** Fills in what is missing in the settings of a language model and checks the rest; errors name the setting, the need and what came. */
export function resolveSettings(partial: PartialSettings = {}): TrainingSettings {
  return resolveSettingsOf({ options: LANGUAGE_OPTIONS, settle: settleLanguage }, partial);
}

/** As `resolveSettings`, of any task. */
export function resolveSettingsOf<Table extends OptionTable>(
  task: TaskOptions<Table>,
  partial: Readonly<Record<string, unknown>>,
): TrainingSettings<Table> {
  const { budget: ownBudget = DEFAULT_BUDGET, ...ownDefaults } = task.defaults ?? {};
  const { budget = ownBudget, checkpointEvery = null, ...given } = partial;
  const table = { ...LOOP_OPTIONS, ...task.options };
  const usual = ownDefaults.optimizer ?? LOOP_OPTIONS.optimizer.default;
  const optimizer = (given.optimizer as string | undefined) ?? usual;
  const [ofUsual, ofOptimizer] = [usual, optimizer].map((kind) => defaultsOfKind(OPTIMISERS, kind));
  // A task's learning rate is one for its own optimiser, and for those that take the same.
  const ofTask = ofOptimizer.learningRate === ofUsual.learningRate ? ownDefaults : withoutRate(ownDefaults);
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const values = valuesOf("train", table, {
    ...ofOptimizer,
    ...ofTask,
    ...said,
  });
  requireBudget(budget);
  requireInterval(checkpointEvery);
  const settled = task.settle?.(said as GivenFor<Table>, values as ValuesOf<Table>) ?? {};
  return { ...values, budget, checkpointEvery, ...settled } as unknown as TrainingSettings<Table>;
}

function withoutRate({ learningRate: _, ...others }: Partial<LoopSettings>): Partial<LoopSettings> {
  return others;
}

/** The default settings: good for a text of about a megabyte. */
export const DEFAULT_SETTINGS: TrainingSettings = resolveSettings();

function requireBudget(budget: unknown): void {
  const { leastSteps = 1, ...own } = Object(budget);
  const [kind, amount] = onlyAmount(budget && own, ["steps", "epochs", "minutes"]) ?? [];
  if (!Number.isInteger(leastSteps)) refuse("budget", budget, "a whole number of least steps");
  if (kind === undefined) refuse("budget", budget, "one of steps, epochs or minutes, above 0");
  if (kind === "steps" && !Number.isInteger(amount)) refuse("budget", budget, "a whole number of steps");
}

function requireInterval(interval: unknown): asserts interval is LoopSettings["checkpointEvery"] {
  if (interval === null || onlyAmount(interval, ["steps", "seconds"])) return;
  refuse("checkpointEvery", interval, "null, or one of steps or seconds, above 0");
}

/** The one number above 0 that a value has under one of these names; undefined for any other value. */
function onlyAmount(value: unknown, names: readonly string[]): readonly [string, number] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const [[name, amount] = ["", 0], ...others] = Object.entries(value);
  const isOne = others.length === 0 && names.includes(name) && typeof amount === "number" && amount > 0;
  return isOne ? [name, amount] : undefined;
}

function refuse(name: string, came: unknown, needed: string): never {
  const fields = { call: "train", subject: [{ option: name }], got: JSON.stringify(came), needed };
  throw new UnrolledError("invalid-argument", fields);
}
