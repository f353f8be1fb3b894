import { type OpenOnnxOptions, openOnnx } from "../formats/onnx/graph.ts";
import { GraphModel } from "../models/graph-model.ts";
import type { Device } from "../tensor/device.ts";
import { withExternalData } from "./external-data.ts";
import type { ModelPlace } from "./model-place.ts";

/** Opens an ONNX graph; weights that it keeps in other files are read from beside it. */
export async function openOnnxGraph(
  call: string,
  device: Device,
  bytes: Uint8Array,
  place: ModelPlace,
  { maxBytes, maxRunBytes, maxRunNodes, maxWork }: Omit<OpenOnnxOptions, "externalData">,
): Promise<GraphModel> {
  const given = Object.entries({ maxBytes, maxRunBytes, maxRunNodes, maxWork }).filter(
    ([, bound]) => bound !== undefined,
  );
  const options = Object.fromEntries(given);
  const names = new Set<string>();
  const read = (name: string) => {
    names.add(name);
    return place.read(name);
  };
  const files = async () => {
    const beside = await Promise.all([...names].map(async (name) => [name, await place.read(name)] as const));
    return { "model.onnx": bytes, ...Object.fromEntries(beside) };
  };
  return withExternalData(
    call,
    { title: place.title, read },
    (externalData) => new GraphModel(openOnnx(device, bytes, { ...options, externalData }), files),
  );
}
