import { UnrolledError } from "../errors.ts";
import type { NetworkConfig } from "./config.ts";
import type { NetworkData } from "./network-data.ts";
import { networkPart } from "./network-part.ts";
import { networkShapes } from "./network-shapes.ts";
import { parameterShapes } from "./parameter-shapes.ts";

/**
 * A transducer as three networks, for programs that run graphs without knowing of transducers: the encoder makes `encoded` [B, T, H] of
 * frames, the decoder (the prediction network) `predicted` [B, U, H] of labels, and the joiner logits [B, V] of a row [B, H] of each.
 *
 * @param labels the input that holds the labels before
 * @throws UnrolledError "invalid-argument" for a network that has no joint layer
 */
export function transducerParts(
  network: NetworkData,
  labels = "labels",
): { readonly encoder: NetworkData; readonly decoder: NetworkData; readonly joiner: NetworkData } {
  const { inputs, layers, outputs } = network.config;
  const joint = layers.find(({ config }) => config.kind === "transducer-joint");
  const predicted = outputs.find(({ name }) => name === "predicted");
  if (joint?.config.kind !== "transducer-joint" || !predicted)
    throw new UnrolledError("invalid-argument", {
      call: "transducerParts",
      problem: "there is no joint layer whose encoder and prediction network could be told apart",
    });
  const [encoded] = joint.inputs;
  const { size: width, classes } = joint.config;
  const of = (from: string, name: string, known: readonly NetworkConfig["inputs"][number][]) =>
    part(network, {
      inputs: known,
      layers: networkPart(network, { known: known.map((input) => input.name), wanted: [from] }),
      outputs: [{ name, from }],
    });
  const isLabels = ({ name }: { readonly name: string }) => name === labels;
  const tensors = ["weight", "bias"].map(
    (own) => [`${joint.name}.${own}`, network.tensors[`${joint.name}.${own}`]] as const,
  );
  return {
    encoder: of(
      encoded,
      "encoded",
      inputs.filter((input) => !isLabels(input)),
    ),
    decoder: of(predicted.from, "predicted", inputs.filter(isLabels)),
    joiner: {
      config: {
        inputs: ["encoded", "predicted"].map((name) => ({
          name,
          axes: ["B", width],
          kind: "float" as const,
        })),
        layers: [
          { name: "sum", inputs: ["encoded", "predicted"], config: { kind: "add" } },
          { name: "tanh", inputs: ["sum"], config: { kind: "activation", activation: "tanh" } },
          {
            name: joint.name,
            inputs: ["tanh"],
            config: { kind: "linear", inputSize: width, outputSize: classes, bias: true },
          },
        ],
        outputs: [{ name: "logits", from: joint.name }],
      },
      tensors: Object.fromEntries(tensors),
    },
  };
}

/** Some of a network's layers with their tensors. */
function part({ tensors }: NetworkData, config: NetworkConfig): NetworkData {
  // Shapes are asked for so that a part which does not hold together is told here.
  networkShapes(config);
  const kept = [...parameterShapes(config).keys()].map((name) => [name, tensors[name]] as const);
  return { config, tensors: Object.fromEntries(kept) };
}
