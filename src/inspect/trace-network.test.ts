import { describe, expect, it } from "vitest";
import { languageNetwork } from "../../test/language-network.ts";
import { Network } from "../networks/network.ts";
import { openDevice } from "../tensor/device.ts";
import { tensor } from "../tensor/tensor.ts";
import { trace } from "./trace.ts";
import { traceNetwork } from "./trace-network.ts";

const device = await openDevice({ backend: "wasm" });

describe("a trace of a network by its inputs", () => {
  it("is that of trace for one that reads ids forwards", () => {
    const sizes = { vocabularySize: 10, embeddingSize: 5, hiddenSize: 6, numLayers: 2, dropout: 0.5 };
    const network = languageNetwork(device, "lstm", sizes, 7);
    const ids = [3, 1, 4, 1, 5];
    const [input] = network.config.inputs;
    const shape = input.axes[0] === "B" ? [1, 5] : [5, 1];
    const found = traceNetwork(network, { [input.name]: { shape, data: ids } });
    const wanted = trace(network, ids);
    expect(found.steps).toBe(5);
    expect(found.layers.map(({ direction, ...layer }) => layer)).toEqual(wanted.layers);
    expect(found.layers.map(({ direction }) => direction)).toEqual(["forward", "forward"]);
    const [name] = Object.keys(found.outputs);
    expect(found.outputs[name].data).toEqual(wanted.outputs);
  });

  const [T, H] = [4, 3];
  const options = {
    inputSize: 2,
    hiddenSize: H,
    numLayers: 2,
    batchFirst: true,
    direction: "bidirectional",
  } as const;
  const network = new Network(device, {
    inputs: [{ name: "xs", axes: ["B", "T", 2], kind: "float" }],
    layers: [{ name: "rnn", inputs: ["xs"], config: { kind: "lstm", options, returns: "sequence" } }],
    outputs: [{ name: "hs", from: "rnn" }],
  });
  const xs = Float32Array.from({ length: T * 2 }, (_, at) => Math.sin(at));

  it("has both directions, each row of a state the one after the step", () => {
    const { layers, outputs } = traceNetwork(network, { xs: { shape: [1, T, 2], data: xs } });
    expect(layers.map(({ direction }) => direction)).toEqual(["forward", "backward", "forward", "backward"]);
    // What a step puts out is what both directions of the last layer hold after it.
    for (let t = 0; t < T; t++)
      for (const [place, { states }] of layers.slice(2).entries())
        expect([...states.h.subarray((t + 1) * H, (t + 2) * H)]).toEqual(
          Array.from({ length: H }, (_, unit) => outputs.hs.data[t * 2 * H + place * H + unit]),
        );
    // It begins with nothing, and the upper layer reads what the lower one puts out.
    expect(layers.every(({ states }) => states.h.subarray(0, H).every((value) => value === 0))).toBe(true);
    expect([...layers[2].xs.subarray(H, 2 * H)]).toEqual([...layers[1].states.h.subarray(H, 2 * H)]);
  });

  it("refuses what it cannot look into", () => {
    expect(() => traceNetwork(network, { xs: tensor(device, new Float32Array(16), [2, T, 2]) })).toThrow(
      "there are 2 sequences, needed one",
    );
    expect(() => traceNetwork(network, {})).toThrow("traceNetwork");
    const linear = new Network(device, {
      inputs: [{ name: "xs", axes: ["B", 2], kind: "float" }],
      layers: [
        { name: "out", inputs: ["xs"], config: { kind: "linear", inputSize: 2, outputSize: 1, bias: true } },
      ],
      outputs: [{ name: "out", from: "out" }],
    });
    expect(() => traceNetwork(linear, { xs: [[1, 2]] })).toThrow("no recurrent layer");
  });
});
