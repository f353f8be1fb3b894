// Formats that are not read are named, with the way out.
import { expect, test } from "vitest";
import { openModel } from "./open-model.ts";
import { recognise } from "./recognise.ts";

const bytes = (words: string) => Uint8Array.from(words, (letter) => letter.charCodeAt(0));

test.each([
  [
    "GGUF",
    "GGUF\x03\0\0\0",
    "model",
    "the file is GGUF, quantised weights for llama.cpp; open the safetensors",
  ],
  [
    "RWKV's .bin",
    "fmgg\x65\0\0\0",
    "rwkv.bin",
    "ggml's format, as rwkv.cpp writes RWKV's .bin; read the .pth",
  ],
  [
    "TFLite",
    "\x1c\0\0\0TFL3",
    "model",
    "a model of TensorFlow Lite; write it as ONNX with tf2onnx (python -m tf2onnx.convert --tflite",
  ],
  [
    "a SavedModel",
    "\x08\x01\x12\x06\x0a\x04\x2a\x02\x08\x01",
    "saved_model.pb",
    "this is a SavedModel of TensorFlow; write it as ONNX",
  ],
  [
    "Core ML",
    "\x08\x04\x12\x06\x0a\x04\x0a\x02xs",
    "a.bin",
    "a Core ML model (.mlmodel); export the model as ONNX",
  ],
  ["an old Core ML", "\x08\x01\x12\x06\x0a\x04\x0a\x02xs", "a.mlmodel", "a Core ML model"],
  ["a frozen graph", "\x0a\x12\x0a\x03xs:\x12\x0bPlaceholder", "graph.pb", "a frozen graph of TensorFlow 1"],
  [
    "a checkpoint",
    "whatever\x57\xfb\x80\x8b\x24\x75\x47\xdb",
    "a.index",
    "part of a checkpoint of TensorFlow",
  ],
])("%s", (_, words, title, message) => {
  expect(() => recognise("openModel", bytes(words), title)).toThrow(message);
});

test.each([
  ["onnx", "\x08\x07\x12\x07pytorch"],
  ["onnx", "\x08\x01\x12\x00"],
  ["tensorflow-js", '\n{"modelTopology": {}}'],
])("what is read is none of these: %s", (kind, words) => {
  expect(recognise("openModel", bytes(words), "a")).toBe(kind);
});

test.each([
  ["saved_model.pb", "this is a SavedModel of TensorFlow"],
  ["Manifest.json", "this is a Core ML package (.mlpackage)"],
])("a folder with %s", async (name, message) => {
  await expect(openModel({ [name]: bytes("x") })).rejects.toThrow(message);
});
