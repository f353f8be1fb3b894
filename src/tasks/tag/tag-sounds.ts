// Recordings of sound as records: frames of features, and a tag for each by stretches of time.
import type { Frames } from "../../audio/frames.ts";
import type { Sound } from "../../audio/sound.ts";
import type { DataSource } from "../../data/tables/data-source.ts";
import { UnrolledError } from "../../errors.ts";
import type { ClassifyColumns } from "../classify/classify-records.ts";
import { isSource } from "../examples/sources.ts";
import { readRecordings } from "../sound/read-recordings.ts";
import { recordingEntries } from "../sound/recording-entries.ts";
import { SoundReader, type SoundReading, soundReading } from "../sound/sound-reader.ts";
import { readSegments, type SoundSegment, tagsOfFrames } from "../sound/sound-segments.ts";
import type { TagSettings } from "./tag-options.ts";
import type { FoundTagged, FramesRecord, TagRecord } from "./tag-records.ts";

/** A recording that is there already, and what is heard when. */
export interface HeardRecord {
  readonly sound: Sound;
  readonly segments: readonly SoundSegment[];
  readonly group?: string | undefined;
}

const SEGMENT_COLUMNS = ["segments", "labels", "label_file"];

/** Reads recordings, each with a file of labels beside it (.txt, Audacity's) or where its manifest says, and takes sounds as they are. */
export async function tagSounds(
  given: readonly (DataSource | TagRecord)[],
  settings: TagSettings,
  { isTagged, columns }: { readonly isTagged: boolean; readonly columns?: ClassifyColumns | undefined },
): Promise<FoundTagged> {
  const sources = given.filter(isSource);
  const manifest = columns ? null : settings.manifest;
  const { delimiter, group } = settings;
  let reading: SoundReading | undefined = columns?.sound;
  let reader: SoundReader | undefined;
  const records: FramesRecord[] = [];
  const add = (
    recording: Sound | Frames,
    segments: readonly SoundSegment[],
    own: string | undefined,
    file?: string,
  ) => {
    reading ??= soundReading(settings, recording);
    reader ??= new SoundReader(reading);
    const what = file ?? "a sound";
    const values = reader.frames(reader.recorded(recording, what), what);
    const steps = values.length / reader.names.length;
    const tags = isTagged ? tagsOfFrames(segments, steps, reading.frontEnd) : [];
    records.push({ values, tags, group: own ?? file, hopMs: reading.frontEnd.hopMs });
  };
  for (const record of given) {
    if (isSource(record)) continue;
    // What was read before comes as it was read.
    if ("values" in record && columns) records.push(record);
    else if (!("sound" in record))
      throw new UnrolledError("invalid-argument", {
        call: "train",
        problem: "an example has no sound, although audio is asked for",
      });
    else add(record.sound, record.segments, record.group);
  }
  const entries =
    sources.length === 0 && manifest === null ? [] : await recordingEntries(sources, { manifest, delimiter });
  for await (const { entry, recording } of readRecordings(entries, settings.featureWidth)) {
    const { file, cells } = entry;
    const column = Object.keys(cells ?? {}).find((name) => SEGMENT_COLUMNS.includes(name.toLowerCase()));
    const named = column === undefined ? undefined : cells?.[column];
    const labels = named ? file.slice(0, file.search(/[^/\\]*$/)) + named : file.replace(/\.[^.]*$/, ".txt");
    add(
      recording,
      isTagged ? await readSegments(labels) : [],
      group === null ? undefined : cells?.[group],
      file,
    );
  }
  return {
    records,
    columns: columns ?? { label: "segments", features: reader!.names, sound: reading! },
  };
}
