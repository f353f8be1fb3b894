import { type OpenOnnxOptions, openOnnx } from "../formats/onnx/model.ts";
import type { Device } from "../tensor/device.ts";
import { withExternalData } from "./external-data.ts";
import type { ModelPlace } from "./model-place.ts";
import { OpenedOnnx } from "./opened-onnx.ts";

/** Opens an ONNX graph; weights that it keeps in other files are read from beside it. */
export async function openOnnxGraph(
  call: string,
  device: Device,
  bytes: Uint8Array,
  place: ModelPlace,
  { maxBytes, maxRunBytes, maxRunNodes, maxWork }: Omit<OpenOnnxOptions, "externalData">,
): Promise<OpenedOnnx> {
  const given = Object.entries({ maxBytes, maxRunBytes, maxRunNodes, maxWork }).filter(
    ([, bound]) => bound !== undefined,
  );
  const options = Object.fromEntries(given);
  return withExternalData(
    call,
    place,
    (externalData) => new OpenedOnnx(openOnnx(device, bytes, { ...options, externalData })),
  );
}
