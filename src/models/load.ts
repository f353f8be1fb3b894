import { readFrom } from "#platform";
import { type Device, openDevice } from "../tensor/device.ts";
import { modelFromFiles } from "./folder.ts";
import type { TrainedModel } from "./trained-model.ts";

/**
 * Opens a model's folder: a path in Node, a URL in a browser. On a device of its own unless one is given.
 *
 * @throws UnrolledError "missing-file" or "invalid-file", naming the file, the tensor and both shapes.
 */
export async function loadModel(
  folder: string,
  options: { readonly device?: Device } = {},
): Promise<TrainedModel> {
  const device = options.device ?? (await openDevice());
  return modelFromFiles(device, (file) => readFrom(folder, file));
}
