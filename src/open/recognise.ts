// Which format a file has, by what is in it. Names count only where contents say nothing.

import { UnrolledError } from "../errors.ts";
import { isHdf5 } from "../formats/hdf5/superblock.ts";
import { isRecord } from "../options/field-checks.ts";
import { foreignFormat } from "./foreign-formats.ts";

/** What a file turns out to be. A folder's own configuration is known by `model_type`. */
export type FileKind =
  | "safetensors"
  | "safetensors-index"
  | "pytorch"
  | "keras"
  | "tensorflow-js"
  | "numpy"
  | "rtneural"
  | "variables"
  | "onnx"
  | "config";

/** Where a safetensors file's header begins, an object in JSON; its length stands before it. */
const HEADER_BEGIN = 8;
const OPENING_BRACE = 0x7b;
const NEWEST_PICKLE = 5;
/** Field 1 of ONNX's ModelProto, its version, a small number. */
const ONNX_VERSION_TAG = 0x08;
const NEWEST_ONNX_VERSION = 100;
const READ =
  "safetensors, PyTorch (.pt), Keras (.keras, .h5), TensorFlow.js (model.json), ONNX, NumPy (.npz), RTNeural (.json), ml5's charRNN (manifest.json)";

/** @throws UnrolledError "invalid-file" that says what the file seems to be instead */
export function recognise(call: string, bytes: Uint8Array, title: string): FileKind {
  const invalid = (problem: string) =>
    new UnrolledError("invalid-file", { call, place: title, problem, advice: `read are ${READ}` });
  if (bytes.length === 0) throw invalid("the file is empty");
  const begins = (text: string, at = 0) =>
    [...text].every((character, index) => bytes[at + index] === character.charCodeAt(0));
  const hasHeader = bytes[HEADER_BEGIN] === OPENING_BRACE;
  // Any byte can stand where others begin with their signature, so a header that fits into the file goes first.
  if (hasHeader && headerLength(bytes) <= bytes.length - HEADER_BEGIN) return "safetensors";
  if (begins("PK\x03\x04") || begins("PK\x05\x06")) return kindOfArchive(bytes);
  if (isHdf5(bytes)) return "keras";
  const foreign = foreignFormat(bytes, title);
  if (foreign) throw new UnrolledError("invalid-file", { call, place: title, ...foreign });
  if (/\.safetensors$/i.test(title)) return "safetensors";
  // Pickles and tar archives of old PyTorch, which its reader refuses with a reason.
  if ((bytes[0] === 0x80 && bytes[1] <= NEWEST_PICKLE) || begins("ustar", 257)) return "pytorch";
  if (bytes[0] === ONNX_VERSION_TAG && bytes[1] <= NEWEST_ONNX_VERSION) return "onnx";
  if (begins("{") || begins(" ") || begins("\n") || begins("\uFEFF")) {
    const kind = kindOfJson(bytes);
    if (typeof kind === "string") return kind;
    throw invalid(kind.problem);
  }
  if (hasHeader) return "safetensors";
  if (begins("<")) throw invalid("the file is HTML or XML");
  if (begins("\x1f\x8b")) throw invalid("the file is compressed by gzip; decompress it first");
  if (begins("\x93NUMPY"))
    throw new UnrolledError("invalid-file", {
      call,
      place: title,
      problem: "the file is an array of NumPy, and a model has several",
      advice: "numpy.savez keeps several by name; readNpy gives this one",
    });
  if (/\.onnx$/i.test(title)) return "onnx";
  if (/\.(pt|pth|bin)$/i.test(title)) return "pytorch";
  throw invalid("the file is in no known format");
}

function headerLength(bytes: Uint8Array): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
}

/** Archives have files of their own names, which stand plain in a zip archive's directory, at its end. */
function kindOfArchive(bytes: Uint8Array): FileKind {
  const tail = bytes.subarray(Math.max(0, bytes.length - (1 << 16)));
  const names = new TextDecoder("latin1").decode(new Uint8Array(tail));
  if (names.includes("model.weights.h5")) return "keras";
  return names.includes(".npy") && !names.includes("data.pkl") ? "numpy" : "pytorch";
}

function kindOfJson(bytes: Uint8Array): FileKind | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes)));
  } catch (error) {
    return { problem: `the file is no JSON (${(error as Error).message})` };
  }
  if (!isRecord(value)) return { problem: "the file is JSON, but no object" };
  if ("weight_map" in value) return "safetensors-index";
  if ("modelTopology" in value || "weightsManifest" in value) return "tensorflow-js";
  if ("model_type" in value) return "config";
  if (Array.isArray(value.in_shape) && Array.isArray(value.layers)) return "rtneural";
  if (isVariableManifest(value)) return "variables";
  if ("class_name" in value && "config" in value)
    return { problem: "the file is a Keras model's configuration, without weights" };
  return { problem: "the file is JSON of no known kind" };
}

/** Whether parsed JSON lists variables and their files, as the folder of a charRNN does. */
function isVariableManifest(json: unknown): boolean {
  const entries = isRecord(json) ? Object.values(json) : [];
  return (
    entries.length > 0 &&
    entries.every(
      (entry) => isRecord(entry) && typeof entry.filename === "string" && Array.isArray(entry.shape),
    )
  );
}
