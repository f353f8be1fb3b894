import colors from "picocolors";
import { quitWhenInterrupted } from "../interruption.ts";
import { printJson } from "../json-lines.ts";
import { openLanguageFolder } from "../model-folder.ts";
import { type Bar, barChart } from "../screen/bar-chart.ts";
import { promptOf } from "../screen/read-prompt.ts";
import { visibleToken } from "../screen/visible-token.ts";
import type { PredictOptions } from "./predict-command.ts";

const TITLES = {
  char: "Next character",
  byte: "Next byte",
  word: "Next word",
  whitespace: "Next token",
  bpe: "Next token",
} as const;
const DEFAULT_COLUMNS = 80;

/** `unrolled predict`: the likeliest next tokens and words, as bars or as JSON. */
export async function runPredictCommand(
  folder: string,
  text: string,
  options: PredictOptions,
): Promise<void> {
  quitWhenInterrupted();
  const given = text === "-" ? await (await import("../standard-input.ts")).promptFromStandardInput() : text;
  const trained = await openLanguageFolder(folder, options.backend);
  const prompt = promptOf(trained, given);
  const { tokens, words } = await trained.predict(prompt, { top: options.top, condition: options.condition });
  if (options.json) return printJson({ prompt, tokens, words });

  const { kind } = trained.tokenizer;
  const charts = [
    chart(
      TITLES[kind],
      tokens.map(({ token, probability }) => ({ name: visibleToken(token, kind), share: probability })),
    ),
  ];
  if (words.length > 0)
    charts.push(
      chart(
        "Next word",
        words.map(({ word, probability }) => ({ name: word, share: probability })),
      ),
    );
  process.stdout.write(charts.join("\n"));
}

function chart(title: string, bars: readonly Bar[]): string {
  const columns = process.stdout.columns || DEFAULT_COLUMNS;
  return `${colors.bold(title)}\n${barChart(bars, columns).join("\n")}\n`;
}
