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

/** A text for people, in which what is typed stands apart from words. */
export type ErrorText = string | readonly (string | NamedOption | TypedWord)[];

/** What an error says, in parts. Plain data. */
export interface ErrorFields {
  /** The function that was called. */
  readonly call?: string | undefined;
  /** What was not as it should be, what came, and what was needed. */
  readonly subject?: ErrorText;
  readonly got?: string;
  readonly needed?: ErrorText;
  /** What is wrong, where that is said otherwise. */
  readonly problem?: ErrorText;
  /** What can be done about it. */
  readonly advice?: ErrorText;
}

/** How a reader writes what is typed. */
export type OptionNamer = (typed: NamedOption | TypedWord) => string;

/** An error a user can act on: its message names the call, the argument, what was needed and what came. */
export class UnrolledError extends Error {
  readonly code: ErrorCode;
  readonly call?: string | undefined;
  readonly subject?: ErrorText;
  readonly got?: string;
  readonly needed?: ErrorText;
  readonly problem?: ErrorText;
  readonly advice?: ErrorText;

  /** Of fields, or of a text that says all, the name of the call first. */
  constructor(code: ErrorCode, said: string | ErrorFields) {
    const fields = typeof said === "string" ? fieldsOf(said) : said;
    super(typeof said === "string" ? said : messageOf(fields, asProgram));
    this.name = "UnrolledError";
    this.code = code;
    Object.assign(this, fields);
  }

  /** The names of all options that it speaks of. */
  get options(): readonly string[] {
    const texts = [this.subject, this.needed, this.problem, this.advice];
    return texts.flatMap((text) =>
      typeof text === "object"
        ? text.flatMap((part) => (typeof part === "object" && "option" in part ? [part.option] : []))
        : [],
    );
  }

  /** Its parts as plain data, of which another thread makes it again. */
  get fields(): ErrorFields {
    const { call, subject, got, needed, problem, advice } = this;
    const parts = Object.entries({ call, subject, got, needed, problem, advice });
    return Object.fromEntries(parts.filter(([, part]) => part !== undefined));
  }

  /** The same error with where it came about in front: the call that was made, and a place such as a file's name. */
  within({ call, place }: { readonly call?: string; readonly place?: string }): UnrolledError {
    const front = [call, place].filter((part) => part !== undefined).map((part) => `${part}: `);
    if (this.options.length === 0) return new UnrolledError(this.code, `${front.join("")}${this.message}`);
    const { call: own, subject, problem, ...rest } = this.fields;
    const before = place === undefined ? [] : [`${place}: `];
    const about = (text: ErrorText = []) => [...before, ...(typeof text === "string" ? [text] : text)];
    const said = problem === undefined ? { subject: about(subject) } : { problem: about(problem) };
    return new UnrolledError(this.code, { ...rest, call: call ?? own, ...said });
  }

  /** What it says to whoever names options so and has made no call. */
  textFor(name: OptionNamer): string {
    return messageOf({ ...this.fields, call: undefined }, name);
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

/** The one place where fields become a message. */
function messageOf({ call, subject, got, needed, problem, advice }: ErrorFields, name: OptionNamer): string {
  const text = (parts: ErrorText) =>
    typeof parts === "string"
      ? parts
      : parts.map((part) => (typeof part === "string" ? part : name(part))).join("");
  const what =
    problem === undefined
      ? [
          [
            ...(subject === undefined ? [] : [text(subject)]),
            ...(got === undefined ? [] : [`is ${got}`]),
          ].join(" "),
          ...(needed === undefined ? [] : [`needed ${text(needed)}`]),
        ].join(", ")
      : text(problem);
  return `${call === undefined ? "" : `${call}: `}${what}${advice === undefined ? "" : `; ${text(advice)}`}`;
}

/** hiddenSize; { order: ["a", "b"] }; { nonlinearity: "tanh" } or { nonlinearity: "relu" }; { kinds: { "x": "embedding" } } or "linear". */
function asProgram(typed: NamedOption | TypedWord): string {
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

/** A text that says all begins with the call, a word in lower case, and may quote an error whose text does. */
function fieldsOf(said: string): ErrorFields {
  const [, call, rest] = /^([a-z][A-Za-z]*): (.*)$/s.exec(said) ?? [];
  return { call, problem: (rest ?? said).replace(/(?<=: )[a-z]+[A-Z][A-Za-z]*: /g, "") };
}
