import type { Command } from "commander";
import { LANGUAGE } from "../../tasks/language/language-description.ts";
import type { TaskDescription } from "../../tasks/task.ts";
import { type Entry, readConfigurationFile } from "../configuration/file.ts";
import { canonicalKey } from "../configuration/keys.ts";
import { type Layer, layerOf, requireNoConflicts } from "../configuration/layers.ts";
import { UsageError } from "../failure.ts";
import type { Parameter, Value } from "./parameter.ts";
import { parametersOf } from "./plan-parameters.ts";
import type { Halving } from "./rungs.ts";
import { choiceOf, entriesBelow, entryAt, numberOf, refuse, sectionOf, wholeNumberOf } from "./section.ts";
import type { Better, Metric } from "./trial.ts";

/** What a sweep is to do, as plain data. */
export interface SweepPlan {
  readonly files: readonly string[];
  /** Options of `unrolled train` that all trials share, by key. */
  readonly fixed: Readonly<Record<string, Value | readonly Value[]>>;
  readonly parameters: readonly Parameter[];
  readonly search: "grid" | "random" | "halving";
  /** How many random ones; null for a grid, which has as many as it has. */
  readonly trials: number | null;
  readonly halving: Halving | null;
  readonly metric: Metric;
  /** Which of two is the better; less if not given. */
  readonly better?: Better;
  /** What the loss of a step is called; lossNats if not given. */
  readonly loss?: string;
  /** Trials that run at a time. */
  readonly parallel: number;
  readonly seed: number;
}

const SEARCHES = ["grid", "random", "halving"] as const;
const BUDGETS = ["steps", "epochs", "minutes"] as const;
const KEYS = ["train", "search", "trials", "metric", "parameters", "halving", "parallel", "seed"];

const THE_SWEEPS = "is for the sweep to say";
const EXCLUDED: Readonly<Record<string, string>> = Object.fromEntries(
  ["out", "force", "json", "resume", "config", "print_config"].map((key) => [key, THE_SWEEPS]),
);

/** Reads a sweep's configuration; `train` is the command whose options it sets. */
export function readPlan(train: Command, path: string, task: TaskDescription = LANGUAGE): SweepPlan {
  return planOf(train, readConfigurationFile(path), path, task);
}

/** The plan that a configuration's keys mean. Whatever is wrong with it is wrong usage, said with file and line. */
export function planOf(
  train: Command,
  entries: readonly Entry[],
  path: string,
  task: TaskDescription = LANGUAGE,
): SweepPlan {
  const at = sectionOf(entries, KEYS);
  const search = choiceOf(entryAt(at, "search", path), SEARCHES);
  const halvingEntry = at.get("halving");
  if (search !== "halving" && halvingEntry) refuse(halvingEntry, `needs search: halving, it is ${search}`);
  const trialsEntry = at.get("trials");
  if (search === "grid" && trialsEntry)
    refuse(trialsEntry, "is for search: random or halving; a grid has all");

  const trainEntries = entriesBelow(entryAt(at, "train", path));
  const isFiles = ({ key }: Entry) => canonicalKey(key) === "files";
  const fixed = layerOf(train, trainEntries, { elsewhere: ["files"], excluded: EXCLUDED });
  const parameterEntries = entriesBelow(entryAt(at, "parameters", path));
  const parameters = parametersOf(train, parameterEntries, EXCLUDED);
  const halving = search === "halving" ? halvingOf(entryAt(at, "halving", path), train) : null;
  requireApart(fixed, parameters.layer, halving?.layer);
  return {
    files: filesOf(trainEntries.filter(isFiles), entryAt(at, "train", path).place, task),
    fixed: Object.fromEntries(
      trainEntries
        .filter((entry) => !isFiles(entry))
        .map(({ key, value }) => [canonicalKey(key), value as Value | readonly Value[]]),
    ),
    parameters: parameters.list,
    search,
    trials: search === "grid" ? null : wholeNumberOf(entryAt(at, "trials", path), 1),
    halving: halving?.plan ?? null,
    ...judgedBy(task, at.get("metric")),
    parallel: at.has("parallel") ? wholeNumberOf(at.get("parallel")!, 1) : 1,
    seed: at.has("seed") ? wholeNumberOf(at.get("seed")!, 0) : 1,
  };
}

function halvingOf(entry: Entry, train: Command): { readonly plan: Halving; readonly layer: Layer } {
  const at = sectionOf(entriesBelow(entry), ["factor", "budget", "min", "max"]);
  const budget = at.has("budget") ? choiceOf(at.get("budget")!, BUDGETS) : "steps";
  const factor = at.has("factor") ? numberOf(at.get("factor")!) : 3;
  if (!(factor > 1)) refuse(at.get("factor")!, "needed a number above 1");
  const [min, max] = ["min", "max"].map((key) => entryAt(at, key, `${entry.place}: halving`));
  const amounts = [min, max].map((each) => {
    const layer = layerOf(train, [{ ...each, key: budget }], {});
    return { layer, value: layer.get(budget)!.value as number };
  });
  if (amounts[1].value <= amounts[0].value) refuse(max, `needed more than min, ${amounts[0].value}`);
  return {
    plan: { factor, budget, min: amounts[0].value, max: amounts[1].value },
    layer: amounts[0].layer,
  };
}

/** An option is fixed, or varied, or the budget, and none excludes another. */
function requireApart(...layers: readonly (Layer | undefined)[]): void {
  const all = new Map(layers[0]);
  for (const layer of layers.slice(1)) {
    for (const [key, given] of layer ?? []) {
      const before = all.get(key);
      if (before) throw new UsageError(`${given.place}: ${key} is set already (${before.place})`);
      all.set(key, given);
    }
  }
  requireNoConflicts(all);
}

/** By what the trials of a task are judged. What a task measures is known here only where it says so. */
function judgedBy(
  { judge, loss, results, figures = results }: TaskDescription,
  entry: Entry | undefined,
): Pick<SweepPlan, "metric" | "better" | "loss"> {
  const byDefault = canonicalKey(judge.measure);
  const known = (results ?? figures)?.map(canonicalKey);
  const metric =
    entry === undefined ? byDefault : known ? choiceOf(entry, known) : canonicalKey(String(entry.value));
  const better = metric === byDefault ? judge.better : "less";
  return { metric, ...(better === "less" ? {} : { better }), ...(loss === "lossNats" ? {} : { loss }) };
}

function filesOf([entry]: readonly Entry[], place: string, { name }: TaskDescription): readonly string[] {
  if (entry === undefined && name !== LANGUAGE.name) return [];
  if (entry === undefined) throw new UsageError(`${place}: train has no files, needed files: [book.txt]`);
  const files = Array.isArray(entry.value) ? entry.value : [entry.value];
  if (files.length === 0 || files.some((file) => typeof file !== "string" || file === "")) {
    refuse(entry, "needed a list of paths");
  }
  return files as string[];
}
