import { createInterface } from "node:readline";
import colors from "picocolors";
import type { Tokenizer } from "../../data/tokenizers/tokenizer.ts";
import { barChart } from "../screen/bar-chart.ts";
import { readPrompt } from "../screen/read-prompt.ts";
import { visibleToken } from "../screen/visible-token.ts";
import type { Candidate, SharedText } from "./shared-text.ts";
import { HELP, SETTABLE, typedLine } from "./typed-line.ts";

const SIGN = "> ";
const DEFAULT_COLUMNS = 80;
const NUMBER_COLUMNS = 4;

/** Takes lines from standard input, each in its turn, until there are no more; signs and hints are for terminals. */
export async function converse(shared: SharedText, tokenizer: Tokenizer): Promise<void> {
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const lines = createInterface({
    input: process.stdin,
    output: isTerminal ? process.stdout : undefined,
    prompt: SIGN,
  });
  let offered: readonly Candidate[] = [];
  let running: AbortController | undefined;
  // Ctrl-C stops the model, or ends all where it has nothing to say.
  lines.on("SIGINT", () => {
    if (running) running.abort();
    else lines.close();
  });
  const say = (text: string) => process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
  const goOn = async () => {
    running = new AbortController();
    let last = "";
    for await (const piece of shared.goOn(running.signal)) {
      process.stdout.write(piece);
      last = piece;
    }
    running = undefined;
    if (!last.endsWith("\n")) process.stdout.write("\n");
  };
  const offer = async (top: number) => {
    offered = await shared.candidates(top);
    say(candidateLines(offered, tokenizer.kind).join("\n"));
  };

  if (isTerminal) {
    say(colors.dim("Type, and the model goes on. /top shows what may come next; /help lists all commands."));
    if (shared.text !== "") say(shared.text);
  }
  lines.prompt();
  for await (const line of lines) {
    const typed = typedLine(line);
    if (typed.kind === "text") {
      if (typed.text !== "") shared.add(readPrompt(tokenizer, typed.text));
      await goOn();
    } else if (typed.kind === "set") shared.options = { ...shared.options, [typed.option]: typed.value };
    else if (typed.kind === "candidates") await offer(typed.top);
    else if (typed.kind === "choose") {
      const chosen = offered[typed.number - 1];
      if (chosen) {
        shared.add(chosen.text);
        say(tail(shared.text));
        await offer(Math.max(1, offered.filter(({ isWord }) => isWord === offered[0].isWord).length));
      } else {
        const there =
          offered.length > 0 ? `needed 1 to ${offered.length}` : "/top shows what there is to choose";
        problem(`/${typed.number} is not among those offered; ${there}`);
      }
    } else if (typed.kind === "problem") problem(typed.problem);
    else if (typed.what === "quit") break;
    else if (typed.what === "help") say(HELP);
    else if (typed.what === "text") say(shared.text);
    else if (typed.what === "break") shared.add("\n");
    else if (typed.what === "new") shared.clear();
    else if (typed.what === "settings") say(settingsLine(shared));
    else if (!shared.undo()) problem("there is nothing to take back");
    if (typed.kind !== "candidates" && typed.kind !== "choose") offered = [];
    lines.prompt();
  }
  lines.close();
  if (isTerminal) process.stdout.write("\n");
}

function problem(text: string): void {
  process.stderr.write(`error: ${text}\n`);
}

function candidateLines(candidates: readonly Candidate[], kind: string): string[] {
  const columns = (process.stdout.columns || DEFAULT_COLUMNS) - NUMBER_COLUMNS;
  const bars = candidates.map(({ text, probability, isWord }) => ({
    name: isWord ? text.trim() : visibleToken(text, kind),
    share: probability,
  }));
  return barChart(bars, columns).map((line, index) => `${`/${index + 1}`.padStart(NUMBER_COLUMNS)}${line}`);
}

function settingsLine({ options }: SharedText): string {
  const values: Readonly<Record<string, unknown>> = { ...options };
  return Object.entries(SETTABLE)
    .flatMap(([name, { option }]) => (values[option] === undefined ? [] : [`/${name} ${values[option]}`]))
    .join("  ");
}

/** The last line of a text. */
function tail(text: string): string {
  return text.slice(text.lastIndexOf("\n", text.length - 2) + 1);
}
