// Recordings of sound as records: frames of features, each recording with one label.
import type { Frames } from "../../audio/frames.ts";
import type { Sound } from "../../audio/sound.ts";
import type { DataSource } from "../../data/tables/data-source.ts";
import { UnrolledError } from "../../errors.ts";
import { isSource } from "../examples/sources.ts";
import { isFilePattern, partsOfName } from "../sound/file-pattern.ts";
import { readRecordings } from "../sound/read-recordings.ts";
import { type RecordingEntry, recordingEntries } from "../sound/recording-entries.ts";
import { SoundReader, type SoundReading, soundReading } from "../sound/sound-reader.ts";
import { variesRecorded } from "../sound/varied-sounds.ts";
import { labelColumnOf } from "./classify-columns.ts";
import type { ClassifySettings } from "./classify-options.ts";
import type { ClassifyColumns, ClassifyRecord, FoundRecords, SeriesRecord } from "./classify-records.ts";

/** A recording that is there already. */
export interface SoundRecord {
  readonly sound: Sound;
  readonly label: string | readonly string[];
  readonly group?: string | undefined;
}

const FOLDER = "folder";

/** Reads recordings and takes sounds as they are. `known` says how what was read before was read; without its label none is asked for. */
export async function soundRecords(
  given: readonly (DataSource | ClassifyRecord)[],
  settings: ClassifySettings,
  known: ClassifyColumns | undefined,
): Promise<FoundRecords> {
  const sources = given.filter(isSource);
  // What belongs to the training part alone is no place of other recordings.
  const manifest = known ? null : settings.manifest;
  const { delimiter } = settings;
  const entries =
    sources.length === 0 && manifest === null ? [] : await recordingEntries(sources, { manifest, delimiter });
  const isLabelled = known === undefined || known.label !== undefined;
  const said = entries.map((entry) => ({
    ...entry,
    ...(isLabelled ? saidOf(entry, settings) : { label: "" }),
  }));
  let reading: SoundReading | undefined = known?.sound;
  let reader: SoundReader | undefined;
  const records: SeriesRecord[] = [];
  const add = (
    recording: Sound | Frames,
    { file, label, group }: Pick<SeriesRecord, "file" | "label" | "group">,
  ) => {
    reading ??= soundReading(settings, recording);
    reader ??= new SoundReader(reading);
    const what = file ?? "a sound";
    const recorded = reader.recorded(recording, what);
    const values = reader.frames(recorded, what);
    const kept = variesRecorded(settings) && !known ? { recorded } : {};
    records.push({ values, label, group, file, ...kept });
  };
  for (const record of given) {
    if (isSource(record)) continue;
    // What was read before comes as it was read.
    if ("values" in record && known) records.push(record);
    else if (!("sound" in record))
      throw new UnrolledError("invalid-argument", {
        call: "train",
        problem: "an example has no sound, although audio is asked for",
      });
    else add(record.sound, record);
  }
  for await (const { entry, recording } of readRecordings(said, settings.featureWidth)) add(recording, entry);
  if (records.length === 0)
    throw new UnrolledError("invalid-argument", {
      call: "train",
      subject: "data",
      got: "empty",
      needed: "a recording",
    });
  const label = settings.label ?? FOLDER;
  return { records, columns: known ?? { label, features: reader!.names, sound: reading! } };
}

/** What a recording is called and which others belong to it: by its manifest, by a pattern of its name, or by its folder. */
function saidOf(
  { file, cells, place }: RecordingEntry,
  settings: ClassifySettings,
): Pick<SeriesRecord, "label" | "group"> {
  const { label: asked, group: groupName, multiLabel } = settings;
  const parts =
    asked !== null && isFilePattern(asked)
      ? partsOfName(stemOfPath(file), asked, "label")
      : cells === undefined || asked === FOLDER
        ? { label: folderOf(file), ...cells }
        : cells;
  const column = asked === null || asked === FOLDER || isFilePattern(asked) ? "label" : asked;
  const named = Object.hasOwn(parts, column) ? column : labelColumnOf(Object.keys(parts), asked);
  const label = named === undefined ? "" : parts[named].trim();
  if (label === "")
    throw new UnrolledError("invalid-argument", {
      call: "train",
      subject: [{ option: "label" }],
      got: asked === null ? "not given" : JSON.stringify(asked),
      needed: `folder, a pattern of names such as {label}_{speaker}, or a column of the manifest; ${place} has no label by that`,
    });
  const group = groupName === null ? undefined : parts[groupName];
  if (groupName !== null && group === undefined)
    throw new UnrolledError("invalid-argument", {
      call: "train",
      subject: [{ option: "group" }],
      got: JSON.stringify(groupName),
      needed: `one of ${Object.keys(parts).join(", ")}`,
    });
  const labels = multiLabel === null ? label : label.split(multiLabel).map((each) => each.trim());
  return { label: labels, group };
}

function folderOf(path: string): string {
  return /([^/\\]*)[/\\][^/\\]*$/.exec(path)?.[1] ?? "";
}

function stemOfPath(path: string): string {
  return path.replace(/^.*[/\\]/, "").replace(/\.[^.]*$/, "");
}
