import { UnrolledError } from "../errors.ts";
import type { FileReader, ModelFiles } from "../models/model-files.ts";
import type { Place } from "../platform/platform.ts";

/** Where a model lies. */
export type ModelPlace = Place;

/** A model whose bytes are at hand. Files beside it are read by `read`, if there is one. */
export function placeOfBytes(call: string, bytes: Uint8Array, read: FileReader | undefined): ModelPlace {
  const missing: FileReader = async (name) => {
    throw new UnrolledError("missing-file", {
      call,
      problem: `this model needs the file ${name} beside it; give read, a function that reads it`,
    });
  };
  return { title: "these bytes", bytes, read: read ?? missing };
}

/** A folder whose files are at hand. */
export function placeOfFiles(call: string, files: ModelFiles): ModelPlace {
  const read: FileReader = async (name) => {
    if (Object.hasOwn(files, name)) return files[name];
    throw new UnrolledError("missing-file", { call, problem: `${name} is missing` });
  };
  return { title: "these files", bytes: undefined, read };
}
