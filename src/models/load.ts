import { readFrom } from "#platform";
import { UnrolledError } from "../errors.ts";
import { type Device, openDevice } from "../tensor/device.ts";
import type { ModelFiles } from "./folder.ts";
import { modelFromFiles, type OpenOptions } from "./model-from-files.ts";
import type { TrainedModel } from "./trained-model.ts";

/**
 * Opens a model: from its folder, a path in Node or a URL in a browser, or from the files that training hands out. On a device
 * of its own unless one is given. Weights that are stored in fewer bits stay so unless float32 is asked for.
 *
 * @throws UnrolledError "missing-file" or "invalid-file", naming the file, the tensor and both shapes.
 */
export async function loadModel(
  source: string | ModelFiles,
  options: OpenOptions & { readonly device?: Device } = {},
): Promise<TrainedModel> {
  const device = options.device ?? (await openDevice());
  const read = async (name: string) => {
    if (typeof source === "string") return readFrom(source, name);
    if (source[name]) return source[name];
    throw new UnrolledError("missing-file", `loadModel: ${name} is missing`);
  };
  return modelFromFiles(device, read, options);
}
