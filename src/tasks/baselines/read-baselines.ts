import { UnrolledError } from "../../errors.ts";
import { readSafetensors } from "../../formats/safetensors.ts";
import type { FileReader } from "../../models/model-files.ts";
import type { StateDict } from "../../module/state-dict.ts";
import { BASELINES_FILE } from "./baselines-file.ts";

/** What was fitted beside a model; undefined where its file is not, as for a model that was opened from an ONNX file alone. */
export async function readBaselines(read: FileReader): Promise<StateDict | undefined> {
  try {
    return readSafetensors(await read(BASELINES_FILE));
  } catch (error) {
    if (error instanceof UnrolledError && error.code === "missing-file") return undefined;
    throw error;
  }
}
