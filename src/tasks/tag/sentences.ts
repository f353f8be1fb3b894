// Tagged sentences in files: the columns of the CoNLL shared tasks (Tjong Kim Sang & De Meulder 2003), and JSON lines.
import { type DataSource, linesOf, titleOf } from "../../data/tables/data-source.ts";
import { UnrolledError } from "../../errors.ts";
import { isRecord } from "../../options/field-checks.ts";
import type { TagSettings } from "./tag-options.ts";
import type { SentenceRecord } from "./tag-records.ts";

const DOCUMENT = "-DOCSTART-";

/** A word a line, its columns apart by white space; the first is the word. Blank lines end sentences. */
export async function* sentencesOfColumns(
  source: DataSource,
  { column }: Pick<TagSettings, "column">,
  isTagged: boolean,
): AsyncGenerator<SentenceRecord, void> {
  const place = columnNumber(column);
  let tokens: string[] = [];
  let tags: string[] = [];
  const ended = () => tokens.length > 0 && tokens[0] !== DOCUMENT;
  for await (const { text, line } of linesOf(source)) {
    if (text.trim() === "") {
      if (ended()) yield { tokens, tags };
      tokens = [];
      tags = [];
      continue;
    }
    // Where columns are apart by tabs, a word may have a space in it.
    const cells = text.includes("\t")
      ? text.split("\t").map((cell) => cell.trim())
      : text.trim().split(/\s+/);
    tokens.push(cells[0]);
    if (!isTagged) continue;
    const tag = cells.length < 2 ? undefined : cells[(place ?? cells.length) - 1];
    if (!tag)
      throw new UnrolledError("invalid-file", {
        call: "train",
        problem: `${titleOf(source)}, line ${line} has ${cells.length} ${cells.length === 1 ? "column" : "columns"}, needed ${place === undefined ? "a word and its tag" : `a tag in column ${place}`}`,
      });
    tags.push(tag);
  }
  if (ended()) yield { tokens, tags };
}

function columnNumber(column: string | null): number | undefined {
  if (column === null) return undefined;
  const place = Number(column);
  if (Number.isInteger(place) && place >= 2) return place;
  throw new UnrolledError("invalid-argument", {
    call: "train",
    subject: [{ option: "column" }],
    got: JSON.stringify(column),
    needed: "the number of the column of tags, 2 or more: the first one holds the words",
  });
}

/** A sentence a line: `tokens` and `tags`, or another key by `column`; "tokens" alone where nothing is tagged. */
export async function* sentencesOfJsonLines(
  source: DataSource,
  { column }: Pick<TagSettings, "column">,
  isTagged: boolean,
): AsyncGenerator<SentenceRecord, void> {
  const key = column ?? "tags";
  for await (const { text, line } of linesOf(source)) {
    if (text.trim() === "") continue;
    const value = parsed(text);
    const [tokens, tags] = [listIn(value, "tokens"), isTagged ? listIn(value, key) : []];
    if (!tokens || !tags || (isTagged && tokens.length !== tags.length))
      throw new UnrolledError("invalid-file", {
        call: "train",
        problem: `${titleOf(source)}, line ${line} is no sentence, needed {"tokens": […]${isTagged ? `, "${key}": […]` : ""}} with ${isTagged ? "as many tags as tokens" : "texts"}`,
      });
    if (tokens.length > 0) yield { tokens, tags };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function listIn(value: unknown, key: string): string[] | undefined {
  const list = isRecord(value) ? value[key] : undefined;
  const isList = Array.isArray(list) && list.every((each) => typeof each === "string" && each !== "");
  return isList ? list : undefined;
}
