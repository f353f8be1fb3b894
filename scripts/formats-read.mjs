// Writes the table of what is read of each format into docs/guides/models-from-elsewhere.md, from the registries of the readers.
//   npm run reference
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { KERAS_FUNCTIONS } from "../src/formats/keras/layer-activations.ts";
import { KERAS_LAYERS } from "../src/formats/keras/layer-readers.ts";
import { MASK_OPERATIONS } from "../src/formats/keras/mask-operations.ts";
import { KERAS_CELLS } from "../src/formats/keras/recurrent-layer.ts";
import { operatorNames } from "../src/formats/onnx/operators.ts";
import { RTNEURAL_LAYERS } from "../src/formats/rtneural.ts";
import { TORCH_LAYERS } from "../src/formats/state-dict/module-tensors.ts";
import { TORCH_FUNCTIONS } from "../src/formats/state-dict/sequential-activations.ts";

export const guidePath = fileURLToPath(new URL("../docs/guides/models-from-elsewhere.md", import.meta.url));
const BEGIN = "<!-- what is read, written by npm run reference -->\n";
const END = "<!-- end of what is read -->\n";

/** What each row lists. */
const rows = () => [
  ["ONNX, operators", operatorNames("")],
  ["ONNX, ai.onnx.ml", operatorNames("ai.onnx.ml")],
  ["ONNX, ai.onnx.preview", operatorNames("ai.onnx.preview")],
  ["onnxruntime's own operators", operatorNames("com.microsoft")],
  ["Keras and TensorFlow.js, layers", KERAS_LAYERS.all],
  ["inside TimeDistributed", KERAS_LAYERS.eachStep],
  ["inside RNN", KERAS_CELLS],
  ["functions at the end of layers", KERAS_FUNCTIONS.layers],
  ["functions of gates", KERAS_FUNCTIONS.gates],
  ["operations on masks", MASK_OPERATIONS],
  ["PyTorch, layers", TORCH_LAYERS],
  ["functions in an `nn.Sequential`", Object.keys(TORCH_FUNCTIONS)],
  ["RTNeural, layers", RTNEURAL_LAYERS],
];

/** The guide's text with the table as the registries have it now. */
export function guideWithTable(text) {
  const [before, rest] = text.split(BEGIN);
  const [, after] = rest.split(END);
  const lines = rows().map(([what, names]) => `| ${what} | ${[...names].sort().join(", ")} |`);
  return `${before}${BEGIN}| | read |\n|---|---|\n${lines.join("\n")}\n${END}${after}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(guidePath, guideWithTable(readFileSync(guidePath, "utf8")));
