import { openPlace } from "#platform";
import { type ModelData, type ReadModelOptions, readModel } from "../models/read-model.ts";

/** What lies at a path: a model's file or folder, read by the reader of its format. */
export async function modelAt(path: string, options: ReadModelOptions = {}): Promise<ModelData> {
  return readModel(await openPlace("openModel", path), options);
}
