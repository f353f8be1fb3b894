import { type ErrorText, naming, UnrolledError } from "../../errors.ts";

/** Texts of JSON lines, which come in pieces cut anywhere. Empty lines are passed over. */
export class JsonLines {
  readonly #path: string;
  readonly #field: string;
  readonly #visit: (text: string) => void;
  #begun: string[] = [];
  #line = 1;

  /** @param visit is called with the text of each line in order */
  constructor(path: string, field: string, visit: (text: string) => void) {
    this.#path = path;
    this.#field = field;
    this.#visit = visit;
  }

  /** @throws UnrolledError "invalid-file" that names the line */
  push(piece: string): void {
    let start = 0;
    for (let end = piece.indexOf("\n"); end >= 0; end = piece.indexOf("\n", start)) {
      this.#begun.push(piece.slice(start, end));
      this.#endLine();
      start = end + 1;
    }
    this.#begun.push(piece.slice(start));
  }

  /** Reads what stands behind the last line break. */
  end(): void {
    this.#endLine();
  }

  #endLine(): void {
    const line = this.#begun.join("");
    this.#begun = [];
    if (/\S/.test(line)) this.#visit(this.#textOf(line));
    this.#line += 1;
  }

  #textOf(line: string): string {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      throw this.#invalid(`is not JSON: ${(error as Error).message}`);
    }
    const found = fieldOf(value, this.#field);
    if (typeof found === "string") return found;
    const name = JSON.stringify(this.#field);
    if (found === undefined)
      throw this.#invalid(`has no field ${name}`, naming`${{ option: "field" }} names the one with the text`);
    const shown = JSON.stringify(found);
    throw this.#invalid(
      `has ${shown.length > 40 ? `${shown.slice(0, 37)}...` : shown} in field ${name}, needed text`,
    );
  }

  #invalid(problem: string, advice?: ErrorText): UnrolledError {
    return new UnrolledError("invalid-file", {
      call: "prepareCorpus",
      problem: `${this.#path} line ${this.#line} ${problem}`,
      ...(advice === undefined ? {} : { advice }),
    });
  }
}

/** The value at a path with dots, where a field of that very name comes first. */
function fieldOf(value: unknown, path: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  if (Object.hasOwn(value, path)) return (value as Record<string, unknown>)[path];
  for (let dot = path.indexOf("."); dot >= 0; dot = path.indexOf(".", dot + 1)) {
    const name = path.slice(0, dot);
    if (!Object.hasOwn(value, name)) continue;
    const found = fieldOf((value as Record<string, unknown>)[name], path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}
