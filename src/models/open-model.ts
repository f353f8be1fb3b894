import { openPlace } from "#platform";
import { UnrolledError } from "../errors.ts";
import { networkFrom } from "../networks/network-data.ts";
import { type Device, openDevice } from "../tensor/device.ts";
import type { FileReader } from "./folder.ts";
import { modelFromFiles } from "./model-from-files.ts";
import { placeOfBytes } from "./model-place.ts";
import { networkFromFiles } from "./network-folder.ts";
import { OpenedLanguageModel } from "./opened-language-model.ts";
import { OpenedNetwork } from "./opened-network.ts";
import type { OpenedOnnx } from "./opened-onnx.ts";
import { type ReadModelOptions, readModel, saying } from "./read-model.ts";

/** How to open a model, with what its file may leave open. */
export interface OpenModelOptions extends ReadModelOptions {
  /** Where it runs; a device of its own if not given. */
  readonly device?: Device;
  /** ONNX: bytes that a run may hold at once; 1 GiB if not given. */
  readonly maxRunBytes?: number;
  /** ONNX: operations that a run may take, loops counted out; 10⁸ if not given. */
  readonly maxRunNodes?: number;
  /** ONNX: work that a run may take, in multiplications; 10¹¹ if not given, which are some seconds. */
  readonly maxWork?: number;
  /** Reads files that lie beside the one whose bytes are given: the weights of a TensorFlow.js model, parts of a large one. */
  readonly read?: FileReader;
}

const CALL = "openModel";

/**
 * Opens a recurrent model that was trained anywhere: safetensors (one file or several with an index), a PyTorch `.pt`, Keras `.keras`
 * or `.h5`, TensorFlow.js `model.json`, ONNX, weights of TensorFlow's BasicLSTMCell, or a folder that was made here. Contents decide
 * which it is, not names. Nothing in a file is run.
 *
 * @param source a path or URL in Node, a URL in a browser (a folder's ends in "/"), or the bytes of a file
 * @throws UnrolledError "missing-file"; "invalid-file" for a file that is damaged, asks for too much, or has layers or operators that
 * are not read, all of them named; "invalid-argument" or "shape-mismatch" where named tensors are no network by themselves, saying
 * which option decides
 */
export async function openModel(
  source: string | URL | Uint8Array,
  options: OpenModelOptions = {},
): Promise<OpenedNetwork | OpenedOnnx | OpenedLanguageModel> {
  if (!(typeof source === "string" || source instanceof URL || source instanceof Uint8Array)) {
    throw new UnrolledError(
      "invalid-argument",
      `${CALL}: source is ${typeof source}, needed a path, a URL or bytes`,
    );
  }
  const place =
    source instanceof Uint8Array ? placeOfBytes(CALL, source, options.read) : await openPlace(CALL, source);
  const data = await readModel(place, options);
  const device = options.device ?? (await openDevice());
  if ("network" in data) return new OpenedNetwork(data.format, networkFrom(device, data.network));
  switch (data.format) {
    case "language-model":
      return new OpenedLanguageModel(await saying(place.title, () => modelFromFiles(device, data.read)));
    case "network":
      return new OpenedNetwork(
        "network",
        await saying(place.title, () => networkFromFiles(device, data.read)),
      );
    case "onnx": {
      const { openOnnxGraph } = await import("./open-onnx-graph.ts");
      return openOnnxGraph(CALL, device, data.bytes, data.place, options);
    }
    default: {
      const { networkOfTensors } = await import("./network-of-tensors.ts");
      const made = await saying(place.title, async () => networkOfTensors(data, options));
      return new OpenedNetwork(made.format, networkFrom(device, made.network));
    }
  }
}
