// What an ONNX file says beside its graph: metadata_props (14) of ModelProto, pairs of key (1) and value (2).
import { Allowance } from "../allowance.ts";
import { MessageReader } from "./message-reader.ts";

/** Reads nothing but the metadata; what is no ONNX file has none. */
export function readOnnxMetadata(
  call: string,
  bytes: Uint8Array,
  options: { readonly maxBytes?: number | undefined } = {},
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const message = new MessageReader(new Allowance(call, bytes.length, options.maxBytes), bytes);
  for (let field = message.next(); field; field = message.next()) {
    if (field !== 14) {
      message.skip();
      continue;
    }
    const entry = message.message("metadata");
    let [key, value] = ["", ""];
    for (let part = entry.next(); part; part = entry.next()) {
      if (part === 1) key = entry.string("a key of the metadata");
      else if (part === 2) value = entry.string("a value of the metadata");
      else entry.skip();
    }
    found.set(key, value);
  }
  return found;
}
