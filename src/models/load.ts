import { readFrom } from "#platform";
import { UnrolledError } from "../errors.ts";
import { type Device, openDevice } from "../tensor/device.ts";
import { type ModelFiles, modelFromFiles } from "./folder.ts";
import type { TrainedModel } from "./trained-model.ts";

/**
 * Opens a model: from its folder, a path in Node or a URL in a browser, or from the files that training hands out. On a device
 * of its own unless one is given.
 *
 * @throws UnrolledError "missing-file" or "invalid-file", naming the file, the tensor and both shapes.
 */
export async function loadModel(
  source: string | ModelFiles,
  options: { readonly device?: Device } = {},
): Promise<TrainedModel> {
  const device = options.device ?? (await openDevice());
  return modelFromFiles(device, async (name) => {
    if (typeof source === "string") return readFrom(source, name);
    if (source[name]) return source[name];
    throw new UnrolledError("missing-file", `loadModel: ${name} is missing`);
  });
}
