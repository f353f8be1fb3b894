// Data as people have them, as records: sentences of words with their tags, or recordings of numbers with a tag for each step.
import {
  type DataSource,
  endingOf,
  isJsonLines,
  isStandardInput,
  textsByLine,
  titleOf,
} from "../../data/tables/data-source.ts";
import { UnrolledError } from "../../errors.ts";
import { type ClassifyColumns, classifyRecords, type SeriesRecord } from "../classify/classify-records.ts";
import { isSource } from "../examples/sources.ts";
import { sentencesOfColumns, sentencesOfJsonLines } from "./sentences.ts";
import type { TagSettings } from "./tag-options.ts";
import { type HeardRecord, tagSounds } from "./tag-sounds.ts";

/** Words, and a tag for each; no tags where they are asked for. */
export interface SentenceRecord {
  readonly tokens: readonly string[];
  readonly tags: readonly string[];
}

/** F numbers at each of T steps, and a tag for each step. */
export interface FramesRecord {
  /** [T·F], step by step; NaN where one is missing. */
  readonly values: ArrayLike<number>;
  readonly tags: readonly string[];
  readonly group?: string | undefined;
  /** Of sound: the time from step to step. */
  readonly hopMs?: number;
}

/** What is given to learn from. */
export type TagRecord = SentenceRecord | FramesRecord | HeardRecord;

/** What a reader makes inputs of. */
export type ReadTagged = SentenceRecord | FramesRecord;

/** Records, and the columns that were read of tables. */
export interface FoundTagged {
  readonly records: readonly ReadTagged[];
  readonly columns: ClassifyColumns | undefined;
}

export const isSentence = (record: TagRecord | ReadTagged): record is SentenceRecord => "tokens" in record;

/**
 * Reads sources and takes records as they are. `known` are the columns of what was read before, which tables have to have too; with a
 * `label` that is undefined nothing is asked to be tagged.
 */
export async function tagRecords(
  entries: readonly (DataSource | TagRecord)[],
  settings: TagSettings,
  {
    isTagged = true,
    columns: known,
  }: { readonly isTagged?: boolean; readonly columns?: ClassifyColumns | undefined } = {},
): Promise<FoundTagged> {
  if (settings.audio || known?.sound) return tagSounds(entries, settings, { isTagged, columns: known });
  const records: ReadTagged[] = [];
  let columns = known;
  for (const entry of entries) {
    if (!isSource(entry)) records.push(checked(entry, isTagged));
    else if (isTable(entry, settings, known)) {
      const found = await framesOf(
        entry,
        settings,
        isTagged ? columns : columns && { ...columns, label: undefined },
      );
      columns ??= found.columns;
      for (const record of found.records) records.push(record);
    } else {
      const read = isJsonLines(entry) ? sentencesOfJsonLines : sentencesOfColumns;
      for await (const record of read(entry, settings, isTagged)) records.push(record);
    }
  }
  if (records.length === 0)
    throw new UnrolledError("invalid-argument", {
      call: "train",
      subject: "data",
      got: "empty",
      needed: "a sentence or a recording",
    });
  if (records.some(isSentence) && !records.every(isSentence))
    throw new UnrolledError("invalid-argument", {
      call: "train",
      problem: "some examples are sentences and some are numbers, needed one kind",
    });
  return { records, columns };
}

function isTable(source: DataSource, { features }: TagSettings, known: ClassifyColumns | undefined): boolean {
  return features.length > 0 || known !== undefined || endingOf(source) === "csv";
}

async function framesOf(source: DataSource, settings: TagSettings, known: ClassifyColumns | undefined) {
  const { delimiter, features, group, column: label } = settings;
  const read = { delimiter, features, group, label, text: null, multiLabel: null };
  const found = await classifyRecords([source], read, known);
  if (!found.columns?.features)
    throw new UnrolledError("invalid-argument", {
      call: "train",
      problem: `${titleOf(source)} has a column of texts, ${found.columns?.text}; features has to name the columns of numbers, or columns of words have to be separated by white space`,
    });
  const records = (found.records as readonly SeriesRecord[]).map(
    ({ values, label: tags, group: own }): FramesRecord => ({
      values,
      tags: tags as readonly string[],
      group: own,
    }),
  );
  return { records, columns: found.columns };
}

function checked(record: TagRecord, isTagged: boolean): ReadTagged {
  if ("sound" in record)
    throw new UnrolledError("invalid-argument", {
      call: "train",
      problem: ["an example is a sound, needed ", { option: "audio" }],
    });
  if (!isTagged || !isSentence(record) || record.tokens.length === record.tags.length) return record;
  throw new UnrolledError("invalid-argument", {
    call: "train",
    problem: `a sentence has ${record.tokens.length} tokens and ${record.tags.length} tags, needed a tag for each`,
  });
}

/** What sources hold without their tags: a text a line of .txt files and of standard input, else as for training. */
export async function untaggedRecords(
  sources: readonly DataSource[],
  settings: TagSettings,
  columns: ClassifyColumns | undefined,
  tokensOf: (text: string) => readonly string[],
): Promise<readonly ReadTagged[]> {
  if (columns?.sound && sources.length > 0)
    return (await tagRecords(sources, settings, { isTagged: false, columns })).records;
  const records: ReadTagged[] = [];
  for (const source of sources) {
    const isText =
      columns === undefined &&
      (endingOf(source) === "txt" || (isStandardInput(source) && !isJsonLines(source)));
    if (!isText) {
      const found = await tagRecords([source], settings, { isTagged: false, columns });
      for (const record of found.records) records.push(record);
      continue;
    }
    for await (const text of textsByLine(source)) records.push({ tokens: tokensOf(text), tags: [] });
  }
  return records;
}
