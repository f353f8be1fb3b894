// A small network that reads two numbers a step and says three.
import { Generator, type ModelFiles, Network, type NetworkConfig, openDevice } from "unrolled";
import { NetworkModel } from "unrolled/network";

const config: NetworkConfig = {
  inputs: [{ name: "x", axes: ["B", "T", 2], kind: "float" }],
  layers: [
    {
      name: "rnn",
      inputs: ["x"],
      config: {
        kind: "gru",
        options: { inputSize: 2, hiddenSize: 3, batchFirst: true },
        returns: "sequence",
      },
    },
  ],
  outputs: [{ name: "y", from: "rnn" }],
};

export async function sensorFiles(): Promise<ModelFiles> {
  const network = new Network(await openDevice(), config, { generator: new Generator(2) });
  return new NetworkModel(network).files();
}
