import { expect, test } from "vitest";
import { recognise } from "./recognise.ts";

const text = (words: string) => Uint8Array.from(words, (letter) => letter.charCodeAt(0));
const kindOf = (bytes: Uint8Array, title = "these bytes") => recognise("openModel", bytes, title);

/** A safetensors file whose header has this length, or says so. */
function safetensors(length: number, said = BigInt(length)): Uint8Array {
  const bytes = new Uint8Array(8 + length).fill(0x20);
  bytes[8] = 0x7b;
  new DataView(bytes.buffer).setBigUint64(0, said, true);
  return bytes;
}

test("a safetensors file is one whatever the length of its header looks like", () => {
  // P K, the first byte of a pickle, of ONNX, of JSON, and of HTML.
  for (const length of [0x4b50, 0x380, 0x708, 0x17b, 0x13c])
    expect(kindOf(safetensors(length))).toBe("safetensors");
  expect(kindOf(safetensors(100, 2n ** 60n))).toBe("safetensors");
  expect(kindOf(safetensors(100, 1000n), "cut.safetensors")).toBe("safetensors");
});

test.each([
  ["onnx", text("\x08\x07\x12\x07pyt{rch")],
  ["pytorch", text("PK\x03\x04 archive/data.pkl")],
  ["keras", text("PK\x03\x04 config.json model.weights.h5")],
  ["keras", text("\x89HDF\r\n\x1a\n and so on")],
  ["pytorch", text("\x80\x02\x8a\nl\xfc\x9cF\xf9 j")],
  ["tensorflow-js", text('{"abcd":{}, "modelTopology": {}}')],
  ["safetensors-index", text('\n{"weight_map": {}}')],
  ["config", text('{"model_type": "x"}')],
])("%s", (kind, bytes) => expect(kindOf(bytes)).toBe(kind));

test.each([
  ["", "the file is empty"],
  ["<html>", "the file is HTML or XML"],
  ["\x1f\x8b", "the file is compressed by gzip"],
  ["\x93NUMPY", "the file is an array of NumPy"],
  ['{"a": 1', "the file is no JSON"],
  ['{"class_name": "Sequential", "config": {}}', "a Keras model's configuration, without weights"],
  ["words", "the file is in no known format; read are safetensors"],
])("%j is refused with what it seems to be", (words, message) => {
  expect(() => kindOf(text(words), "a.txt")).toThrow(message);
});
