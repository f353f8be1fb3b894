import { statSync } from "node:fs";
import { isAlias, isMap, LineCounter, type Node, type ParsedNode, parseDocument, type YAMLMap } from "yaml";
import { describeFailure, UsageError } from "../failure.ts";
import { readInput, STANDARD_INPUT } from "../standard-input.ts";

/** A key of a configuration file, with its value as plain data. */
export interface Entry {
  /** As the file has it. */
  readonly key: string;
  readonly value: unknown;
  /** "run.yaml, line 3". */
  readonly place: string;
  /** Where the value has keys itself. */
  readonly entries: readonly Entry[] | undefined;
}

const MOST_BYTES = 1_000_000;

/** Reads the keys of a YAML file (JSON is YAML too). Whatever is wrong with it is wrong usage, said with file and line. */
export function readConfigurationFile(path: string): readonly Entry[] {
  return parseConfiguration(textOf(path), path === STANDARD_INPUT ? "standard input" : path);
}

/** The keys of a configuration's text; `path` is what errors call it. */
export function parseConfiguration(text: string, path: string): readonly Entry[] {
  if (text.includes("\0")) throw new UsageError(`${path} is no text, needed a configuration in YAML`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    const where = `${path}, line ${lines.linePos(problem.pos[0]).line}`;
    throw new UsageError(`${where}: ${problem.message.split("\n")[0]}`);
  }
  const root = document.contents;
  if (root === null) throw new UsageError(`${path} is empty, needed lines such as hidden_size: 256`);
  if (!isMap(root)) throw new UsageError(`${path} has no keys, needed lines such as hidden_size: 256`);

  const entriesOf = (map: YAMLMap<ParsedNode, ParsedNode | null>): Entry[] =>
    map.items.map(({ key, value }) => {
      const place = `${path}, line ${lines.linePos(key.range[0]).line}`;
      const name: unknown = key.toJS(document);
      if (typeof name === "object")
        throw new UsageError(`${place}: a key is a list or a mapping, needed a word`);
      const target: Node | undefined | null = isAlias(value) ? value.resolve(document) : value;
      return {
        key: String(name),
        value: plain(value, place),
        place,
        entries: isMap<ParsedNode, ParsedNode | null>(target) ? entriesOf(target) : undefined,
      };
    });
  const plain = (node: ParsedNode | null, place: string): unknown => {
    try {
      return node?.toJS(document) ?? null;
    } catch (error) {
      throw new UsageError(`${place}: ${(error as Error).message}`);
    }
  };
  return entriesOf(root);
}

/** The text of a file that is small enough to be a configuration. */
function textOf(path: string): string {
  try {
    const size = path === STANDARD_INPUT ? readInput(path).length : statSync(path).size;
    if (size > MOST_BYTES) throw new UsageError(`${path} has ${size} bytes, which is no configuration`);
    return new TextDecoder("utf-8", { fatal: true }).decode(readInput(path));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (error instanceof TypeError)
      throw new UsageError(`${path} is no text, needed a configuration in YAML`);
    const { line } = describeFailure(error);
    throw new UsageError(line?.startsWith(path) ? line : `${path}: ${line}`);
  }
}
