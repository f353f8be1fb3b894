import colors from "picocolors";
import { type Reach, reach } from "../../inspect/reach.ts";
import { reachJson } from "../inspect/reach-json.ts";
import { readIds } from "../inspect/read-ids.ts";
import { quitWhenInterrupted } from "../interruption.ts";
import { printJson } from "../json-lines.ts";
import { openConditioned } from "../model-folder.ts";
import { count, counted } from "../screen/amounts.ts";
import { barOf } from "../screen/bar-chart.ts";
import { wrapped } from "../screen/wrap.ts";
import type { ReachCommandOptions } from "./reach-command.ts";

/** Tokens of a text that are looked at; the predictions are spread over them. */
const MOST_TOKENS = 10_000_000;
const DEFAULT_COLUMNS = 80;
const NAME_COLUMNS = 10;
/** What a line of the table takes beside its bar. */
const TABLE_COLUMNS = 50;

/** `unrolled reach`: how far back a model remembers, as a table with bars or as JSON. */
export async function runReachCommand(
  folder: string,
  file: string,
  options: ReachCommandOptions,
): Promise<void> {
  quitWhenInterrupted();
  const { network, tokenizer } = await openConditioned(folder, options);
  const { field, maxContext, positions, tolerance: toleranceNats, seed } = options;
  const ids = await readIds(tokenizer, file, { field, most: MOST_TOKENS });
  const found = await reach(network, ids, { maxContext, positions, toleranceNats, seed });
  if (options.json) return printJson(reachJson(found));
  const columns = process.stdout.columns || DEFAULT_COLUMNS;
  // A line that goes into a file or another program stays one.
  const width = process.stdout.columns || Number.POSITIVE_INFINITY;
  const facts = reachFacts(found).map((fact) => wrapped(fact, width, NAME_COLUMNS));
  process.stdout.write(`${[...facts, "", ...contextTable(found, columns)].join("\n")}\n`);
}

/** The three answers, a line each. */
function reachFacts(found: Reach): string[] {
  const { reachTokens, reachInterval, toleranceNats, predictions, bestContext, contexts, gradient } = found;
  const best = contexts.find(({ context }) => context === bestContext)!;
  const [from, to] = reachInterval.map(count);
  const longest = contexts[contexts.length - 1].context;
  const cut = reachTokens === longest && contexts.length > 1;
  const facts = [
    [
      "Reach",
      `${counted(reachTokens, "token")}${cut ? ", the longest context tried" : ""} (95 %: ${from} to ${to}); no other context is more than ${toleranceNats} nats better`,
    ],
    ["Best", `${counted(bestContext, "token")}: ${best.lossNats.toFixed(4)} nats per token`],
    ["Gradient", gradientText(gradient)],
    ["Measured", `${counted(predictions, "prediction")} with each context`],
  ];
  return facts.map(([name, value]) => colors.bold(name.padEnd(NAME_COLUMNS)) + value);
}

function gradientText({ halfLifeSteps, decayPerStep }: Reach["gradient"]): string {
  const half =
    halfLifeSteps === undefined
      ? "never falls below half of what it is at its own token"
      : `half is gone after ${halfLifeSteps.toFixed(2)} steps`;
  return decayPerStep === undefined
    ? half
    : `${half}; × ${decayPerStep.toFixed(3)} a step over the whole distance`;
}

/** A heading and a row for each context, which fits into `columns`. */
export function contextTable({ contexts }: Pick<Reach, "contexts">, columns: number): string[] {
  const most = Math.max(...contexts.map(({ excessNats }) => excessNats), Number.MIN_VALUE);
  const room = Math.max(0, columns - TABLE_COLUMNS);
  // On a narrow terminal the errors are left out: a table that is broken anew in each row is none.
  const isNarrow = columns < TABLE_COLUMNS - 2;
  const rows = contexts.map(({ context, lossNats, interval, excessNats, excessInterval }) => {
    const error = (interval[1] - lossNats).toFixed(4);
    const excessError = (excessInterval[1] - excessNats).toFixed(4);
    if (isNarrow)
      return `${count(context).padStart(7)}  ${lossNats.toFixed(4).padStart(14)}  ${excessNats.toFixed(4).padStart(14)}`;
    const bar = barOf(Math.max(0, excessNats / most) * room);
    return `${count(context).padStart(7)}  ${lossNats.toFixed(4).padStart(8)} ± ${error}  ${excessNats.toFixed(4).padStart(9)} ± ${excessError}  ${bar}`.trimEnd();
  });
  const heading = isNarrow
    ? "Context  Nats per token  Above the best"
    : "Context  Nats per token       Above the best";
  return [colors.bold(heading), ...rows];
}
