import { UnrolledError } from "../errors.ts";
import { openOnnx } from "../formats/onnx/model.ts";
import type { Device } from "../tensor/device.ts";
import type { ModelPlace } from "./model-place.ts";
import { OpenedOnnx } from "./opened-onnx.ts";

/** Files of weights that one model may have beside it. */
const MOST_FILES = 1000;

/** Opens an ONNX graph; weights that it keeps in other files are read from beside it. */
export async function openOnnxGraph(
  call: string,
  device: Device,
  bytes: Uint8Array,
  { title, read }: ModelPlace,
  options: { readonly maxBytes?: number },
): Promise<OpenedOnnx> {
  const files = new Map<string, Uint8Array>();
  // The graph asks for a file only once it is read so far; then that file is fetched, and reading begins anew.
  while (files.size <= MOST_FILES) {
    let missing: string | undefined;
    const externalData = (location: string, offset: number, length: number | undefined) => {
      const file = files.get(location);
      if (file) return file.subarray(offset, length === undefined ? undefined : offset + length);
      missing = location;
      throw new UnrolledError("missing-file", `the file ${location} is missing`);
    };
    try {
      return new OpenedOnnx(openOnnx(device, bytes, { ...bounded(options), externalData }));
    } catch (error) {
      if (!(error instanceof UnrolledError)) throw error;
      if (missing === undefined) throw new UnrolledError(error.code, `${call}: ${title}: ${error.message}`);
    }
    // Whoever wrote the graph must not choose which of the reader's files are opened.
    if (!/^(\.\/)?[^/\\:\0.][^/\\:\0]*$/.test(missing)) {
      throw new UnrolledError(
        "invalid-file",
        `${call}: ${title}: weights are said to be in ${JSON.stringify(missing)}, needed a file beside the model`,
      );
    }
    files.set(missing, await read(missing));
  }
  throw new UnrolledError("invalid-file", `${call}: ${title}: weights lie in more than ${MOST_FILES} files`);
}

function bounded({ maxBytes }: { readonly maxBytes?: number }): { readonly maxBytes?: number } {
  return maxBytes === undefined ? {} : { maxBytes };
}
