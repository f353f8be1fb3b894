import {
  aboveZero,
  aboveZeroToOne,
  atLeastZero,
  numberThat,
  type Parse,
  wholeNumber,
} from "../flags/option-values.ts";

/** What a typed line asks for. */
export type TypedLine =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "set"; readonly option: string; readonly value: number }
  | { readonly kind: "choose"; readonly number: number }
  | { readonly kind: "candidates"; readonly top: number }
  | { readonly kind: "do"; readonly what: "help" | "text" | "undo" | "new" | "break" | "settings" | "quit" }
  | { readonly kind: "problem"; readonly problem: string };

/** Options that a command sets, by the command's name. */
export const SETTABLE: Readonly<Record<string, { readonly option: string; readonly parse: Parse<number> }>> =
  {
    temperature: { option: "temperature", parse: atLeastZero },
    seed: { option: "seed", parse: wholeNumber(0) },
    tokens: { option: "maxNewTokens", parse: wholeNumber(1) },
    "top-k": { option: "topK", parse: wholeNumber(0) },
    "top-p": { option: "topP", parse: aboveZeroToOne },
    "min-p": {
      option: "minP",
      parse: numberThat((value) => value >= 0 && value <= 1, "a number from 0 to 1"),
    },
    "repetition-penalty": { option: "repetitionPenalty", parse: aboveZero },
  };
const ACTIONS = ["help", "text", "undo", "new", "break", "settings", "quit"] as const;
const CANDIDATES = 10;

export const HELP = `What you type is added to the text as it stands, and the model goes on; an empty line lets it go on.
  /top [n]            the likeliest that may come next, with numbers (${CANDIDATES})
  /3                  adds number 3 of these, and shows what may come then
  /temperature 0.5    below 1 surer, above 1 more varied, 0 always the likeliest
  /seed 7             the same seed, the same text
  /tokens 200         how much it writes at a time
  /top-k 40, /top-p 0.9, /min-p 0.05, /repetition-penalty 1.2    as the flags
  /settings           all of these as they are
  /break              adds a line break
  /text               the whole text
  /undo               takes the last addition back
  /new                begins a new text
  /quit               ends; Ctrl-D too
A line that begins with // is text that begins with /. Ctrl-C stops the model.`;

/** Reads a line: a command where it begins with /, else text. */
export function typedLine(line: string): TypedLine {
  if (line.startsWith("//")) return { kind: "text", text: line.slice(1) };
  if (!line.startsWith("/")) return { kind: "text", text: line };
  const [name, argument, ...more] = line.slice(1).trim().split(/\s+/);
  if (more.length > 0)
    return { kind: "problem", problem: `/${name} takes one value, got ${more.length + 1}` };
  if (/^\d+$/.test(name)) return { kind: "choose", number: Number(name) };
  const action = ACTIONS.find((each) => each === name);
  if (action && argument !== undefined) return { kind: "problem", problem: `/${name} takes no value` };
  if (action) return { kind: "do", what: action };
  if (name === "top")
    return parsed(name, argument ?? String(CANDIDATES), wholeNumber(1), (top) => ({
      kind: "candidates",
      top,
    }));
  if (!Object.hasOwn(SETTABLE, name))
    return { kind: "problem", problem: `/${name} is no command; /help lists them` };
  const { option, parse } = SETTABLE[name];
  if (argument === undefined) return { kind: "problem", problem: `/${name} needs a value` };
  return parsed(name, argument, parse, (value) => ({ kind: "set", option, value }));
}

function parsed(
  name: string,
  argument: string,
  parse: Parse<number>,
  then: (value: number) => TypedLine,
): TypedLine {
  try {
    return then(parse(argument));
  } catch (error) {
    // "Needed a whole number of at least 1."
    const needed = (error as Error).message.replace(/^N/, "n").replace(/\.$/, "");
    return { kind: "problem", problem: `/${name} is ${argument}, ${needed}` };
  }
}
