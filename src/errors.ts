/** Why a call failed, for programs; the message says it to people. */
export type ErrorCode =
  | "invalid-argument"
  | "shape-mismatch"
  | "out-of-memory"
  | "freed-tensor"
  | "unsupported-backend"
  | "invalid-file"
  | "missing-file"
  | "not-finite"
  | "text-too-short"
  | "invalid-utf8"
  | "disk-full"
  | "aborted"
  | "worker-died";

/** An option that a text speaks of: a program calls it hiddenSize, a command line --hidden-size. */
export interface NamedOption {
  readonly option: string;
  /** A value that could be given: a word, a list of words, or a word for a name. */
  readonly value?: string | readonly string[] | Readonly<Record<string, string>>;
  /** Other words that could stand for that one. */
  readonly or?: readonly string[];
}

/** A word that is typed, as a value is. */
export interface TypedWord {
  readonly word: string;
}

/** The call that an error which a text quotes came from; who has made no call is not told it. */
export interface QuotedCall {
  readonly call: string;
}

/** A text for people, in parts: words, and names that people type. */
export type ErrorText = string | readonly (string | NamedOption | TypedWord | QuotedCall)[];

/** The parts of an error, as plain data. */
export interface ErrorFields {
  /** The function that was called. */
  readonly call?: string | undefined;
  /** Where it came about, such as a file's name. */
  readonly place?: string | undefined;
  /** What was not as it should be, what came, and what was needed. */
  readonly subject?: ErrorText;
  readonly got?: string;
  readonly needed?: ErrorText;
  /** What is wrong, where that is said otherwise. */
  readonly problem?: ErrorText | undefined;
  /** What can be done about it. */
  readonly advice?: ErrorText;
}

/** How a reader writes what is typed. */
export type OptionNamer = (typed: NamedOption | TypedWord) => string;

/** An error a user can act on: its message names the call, the argument, what was needed and what came. */
export class UnrolledError extends Error {
  readonly code: ErrorCode;
  // Declared and no more, so that an error which is printed shows the fields that it has.
  declare readonly call?: string | undefined;
  declare readonly place?: string | undefined;
  declare readonly subject?: ErrorText;
  declare readonly got?: string;
  declare readonly needed?: ErrorText;
  declare readonly problem?: ErrorText;
  declare readonly advice?: ErrorText;

  /** Of fields, or of a problem alone. */
  constructor(code: ErrorCode, said: string | ErrorFields) {
    const fields = typeof said === "string" ? { problem: said } : said;
    super(written(partsOf(fields), asProgram));
    this.name = "UnrolledError";
    this.code = code;
    Object.assign(this, fields);
  }

  /** The names of all options that it speaks of. */
  get options(): readonly string[] {
    return this.text.flatMap((part) => (typeof part === "object" && "option" in part ? [part.option] : []));
  }

  /** Its parts as plain data, of which another thread makes it again. */
  get fields(): ErrorFields {
    const { call, place, subject, got, needed, problem, advice } = this;
    const parts = Object.entries({ call, place, subject, got, needed, problem, advice });
    return Object.fromEntries(parts.filter(([, part]) => part !== undefined));
  }

  /** All that it says, to be quoted in the text of another error. */
  get text(): Exclude<ErrorText, string> {
    return partsOf(this.fields);
  }

  /** The same error with where it came about in front: the call that was made, and a place such as a file's name. */
  within({ call, place }: Pick<ErrorFields, "call" | "place">): UnrolledError {
    const { call: own, place: inner, subject, problem, ...rest } = this.fields;
    if (own === undefined && (place === undefined || inner === undefined))
      return new UnrolledError(this.code, { ...this.fields, call, place: place ?? inner });
    const quoted = partsOf({ call: own, place: inner, problem: problem ?? subject });
    const said = problem === undefined ? { subject: quoted } : { problem: quoted };
    return new UnrolledError(this.code, { ...rest, call, place, ...said });
  }

  /** What it says without the calls, with options named so, or as a program names them. */
  textFor(name: OptionNamer = asProgram): string {
    return written(this.text, (part) => ("call" in part ? "" : name(part)));
  }
}

/** A text with options in it: `` naming`lower ${{ option: "batchSize" }}` ``. */
export function naming(
  words: TemplateStringsArray,
  ...between: readonly (string | number | NamedOption | TypedWord)[]
): ErrorText {
  return words.flatMap((word, index) => {
    const part = between[index];
    return [word, ...(part === undefined ? [] : [typeof part === "number" ? String(part) : part])];
  });
}

/** The one place where fields become a text. */
function partsOf({
  call,
  place,
  subject,
  got,
  needed,
  problem,
  advice,
}: ErrorFields): Exclude<ErrorText, string> {
  const parts = (text: ErrorText = []) => (typeof text === "string" ? [text] : text);
  const what = [
    ...parts(subject),
    ...(got === undefined ? [] : [`${subject === undefined ? "" : " "}is ${got}`]),
    ...(needed === undefined ? [] : [", needed ", ...parts(needed)]),
  ];
  return [
    ...(call === undefined ? [] : [{ call }]),
    ...(place === undefined ? [] : [`${place}: `]),
    ...(problem === undefined ? what : parts(problem)),
    ...(advice === undefined ? [] : ["; ", ...parts(advice)]),
  ];
}

function written(
  parts: Exclude<ErrorText, string>,
  word: (part: NamedOption | TypedWord | QuotedCall) => string,
): string {
  return parts.map((part) => (typeof part === "string" ? part : word(part))).join("");
}

/** hiddenSize; { order: ["a", "b"] }; { nonlinearity: "tanh" } or { nonlinearity: "relu" }; { kinds: { "x": "embedding" } } or "linear". */
function asProgram(typed: NamedOption | TypedWord | QuotedCall): string {
  if ("call" in typed) return `${typed.call}: `;
  if ("word" in typed) return literal(typed.word);
  const { option, value, or = [] } = typed;
  if (value === undefined) return option;
  const given = (each: string) => `{ ${option}: ${each} }`;
  if (typeof value === "string") return [value, ...or].map((each) => given(literal(each))).join(" or ");
  const inside = Array.isArray(value)
    ? `[${value.map(literal).join(", ")}]`
    : `{ ${Object.entries(value)
        .map(([name, word]) => `${JSON.stringify(name)}: ${literal(word)}`)
        .join(", ")} }`;
  return [given(inside), ...or.map(literal)].join(" or ");
}

/** A word as a program writes it; numbers stand for themselves. */
function literal(word: string): string {
  return /^\d+$/.test(word) ? word : JSON.stringify(word);
}
