// Models in formats that are not read, told by their contents, with the way out.

/** What a file is, and how its model can be had all the same. */
export interface ForeignFormat {
  readonly problem: string;
  readonly advice: string;
}

const TF2ONNX = "write it as ONNX with tf2onnx";
/** Signatures at a place in the file. */
const SIGNATURES: readonly (ForeignFormat & { readonly at: number; readonly words: string })[] = [
  {
    at: 0,
    words: "GGUF",
    problem: "the file is GGUF, quantised weights for llama.cpp",
    advice: "open the safetensors or the .pt that it was made of",
  },
  ...["fmgg", "tjgg", "lmgg"].map((words) => ({
    at: 0,
    words,
    problem: "the file is in ggml's format, as rwkv.cpp writes RWKV's .bin",
    advice: "read the .pth that it was made of: readPyTorch gives its tensors",
  })),
  {
    at: 4,
    words: "TFL3",
    problem: "the file is a model of TensorFlow Lite",
    advice: `${TF2ONNX} (python -m tf2onnx.convert --tflite model.tflite --output model.onnx), or open the Keras model it was made of`,
  },
];
const SAVED_MODEL: ForeignFormat = {
  problem: "this is a SavedModel of TensorFlow",
  advice: `${TF2ONNX} (python -m tf2onnx.convert --saved-model FOLDER --output model.onnx), or save the model from Keras as .keras`,
};
const FROZEN_GRAPH: ForeignFormat = {
  problem: "the file is a frozen graph of TensorFlow 1",
  advice: `${TF2ONNX} (python -m tf2onnx.convert --graphdef graph.pb --inputs … --outputs … --output model.onnx)`,
};
const CORE_ML: ForeignFormat = {
  problem: "the file is a Core ML model (.mlmodel)",
  advice: "export the model as ONNX from the library that it was trained in",
};
const CHECKPOINT: ForeignFormat = {
  problem: "the file is part of a checkpoint of TensorFlow",
  advice: "load it in TensorFlow and save the model as .keras, or its arrays with numpy.savez",
};
/** The last bytes of the index of a TensorFlow checkpoint, a table of LevelDB. */
const TABLE_MAGIC = [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb];
/** Bytes of a name in a graph that are looked at. */
const LONGEST_NAME = 512;

/** The name of a file that says what a folder is, and what that is. */
export const FOREIGN_FOLDERS: Readonly<Record<string, ForeignFormat>> = {
  "saved_model.pb": SAVED_MODEL,
  "Manifest.json": { ...CORE_ML, problem: "this is a Core ML package (.mlpackage)" },
};

/** Undefined for a file that is none of these. */
export function foreignFormat(bytes: Uint8Array, title: string): ForeignFormat | undefined {
  const found = SIGNATURES.find(({ at, words }) => hasWords(bytes, at, words));
  if (found) return found;
  // A model of Core ML or a SavedModel begins with its version and then a message, an ONNX model with its version and a text.
  if (bytes[0] === 0x08 && bytes[2] === 0x12) {
    const { value, end } = varintAt(bytes, 3);
    if (value > 0 && bytes[end] === 0x0a && value <= bytes.length - end)
      return bytes[1] === 1 && !/\.mlmodel$/i.test(title) ? SAVED_MODEL : CORE_ML;
  }
  if (isGraphDef(bytes)) return FROZEN_GRAPH;
  if (TABLE_MAGIC.every((byte, at) => bytes[bytes.length - TABLE_MAGIC.length + at] === byte))
    return CHECKPOINT;
  return undefined;
}

function hasWords(bytes: Uint8Array, at: number, words: string): boolean {
  return [...words].every((letter, index) => bytes[at + index] === letter.charCodeAt(0));
}

/** GraphDef: field 1 is a node, whose field 1 is its name and field 2 its operation. */
function isGraphDef(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x0a) return false;
  const node = varintAt(bytes, 1);
  if (bytes[node.end] !== 0x0a || node.value < 4) return false;
  const name = varintAt(bytes, node.end + 1);
  const operation = name.end + name.value;
  if (name.value === 0 || name.value > LONGEST_NAME || bytes[operation] !== 0x12) return false;
  const { value, end } = varintAt(bytes, operation + 1);
  const word = String.fromCharCode(...bytes.subarray(end, end + Math.min(value, LONGEST_NAME)));
  return /^[A-Z]\w*$/.test(word);
}

/** A number of protobuf's of at most five bytes. */
function varintAt(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  let end = start;
  for (let shift = 0; shift < 35 && end < bytes.length; shift += 7) {
    const byte = bytes[end++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  return { value, end };
}
