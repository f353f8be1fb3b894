// What calls of layers are given beside their inputs, in functional models and in files of other versions.
import { expect, test } from "vitest";
import { writeHdf5 } from "../hdf5/write-hdf5.ts";
import { readKeras } from "./read-keras.ts";

const layer = (className: string, config: object, node?: object) => ({
  class_name: className,
  config: { name: className.toLowerCase(), ...config },
  inbound_nodes: node ? [node] : [],
});
const input = layer("InputLayer", { batch_input_shape: [null, null, 3] });
const functional = (...layers: object[]) =>
  JSON.stringify({
    class_name: "Functional",
    config: {
      layers: [input, ...layers],
      input_layers: [["inputlayer", 0, 0]],
      output_layers: [["lstm", 0, 0]],
    },
  });
const read = [["inputlayer", 0, 0]];
const file = (config: string, version = "3.0.0") =>
  writeHdf5({
    attributes: { keras_version: version, model_config: config, layer_names: ["inputlayer"] },
    members: new Map([["inputlayer", { attributes: { weight_names: [] }, members: new Map() }]]),
  });

test.each<[string, Uint8Array, string]>([
  [
    "a file of Keras 1",
    file(functional(), "1.2.2"),
    "the model was saved by Keras 1.2.2, whose configurations are not read; open and save it with Keras 2",
  ],
  [
    "a mask that is no comparison with a number",
    file(
      functional(
        layer("NotEqual", {}, { args: read, kwargs: {} }),
        layer("LSTM", { units: 2 }, { args: read, kwargs: { mask: ["notequal", 0, 0] } }),
      ),
    ),
    'layer "notequal" (NotEqual): it compares other things than a value and a number; layer "lstm" (LSTM): its mask comes from layer "notequal", which is not read',
  ],
  [
    "an argument that is a tensor and not known",
    file(functional(layer("LSTM", { units: 2 }, { args: read, kwargs: { gate: read[0] } }))),
    'layer "lstm" (LSTM): its call is given gate, which is not read',
  ],
])("%s is refused", async (_, bytes, message) => {
  await expect(readKeras(bytes)).rejects.toThrow(message);
});
