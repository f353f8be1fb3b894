import { describe, expect, it, test } from "vitest";
import { languageNetwork, partsOf } from "../../test/language-network.ts";
import { crossEntropy } from "../losses/cross-entropy.ts";
import { GRU } from "../recurrent/recurrent.ts";
import { openDevice } from "../tensor/device.ts";
import { ints, zeros } from "../tensor/tensor.ts";
import { readWithGradientFlow, runWithGradientFlow } from "./gradient-flow.ts";
import { gradientsThroughTime } from "./gradients-through-time.ts";

const device = await openDevice({ backend: "reference" });
const [steps, ids] = [9, [3, 1, 4, 1, 5, 2, 6, 5, 3, 0]];

describe.each(["elman", "lstm", "gru"] as const)("the gradient's flow through a model of kind %s", (cell) => {
  const sizes = { vocabularySize: 9, embeddingSize: 3, hiddenSize: 4, numLayers: 2 };
  const network = languageNetwork(device, cell === "elman" ? "rnn" : cell, sizes, 3);
  const model = partsOf(network);
  const targetsOf = (last: boolean) =>
    Array.from({ length: steps }, (_, t) => (last && t < steps - 1 ? -100 : ids[t + 1]));

  it("of the last prediction's loss is the last row of the gradients through time", async () => {
    const flow = device.scope(() => {
      const xs = model.encoder.forward(ints(device, ids.slice(0, steps), [steps, 1]));
      const read = readWithGradientFlow(model.rnn, xs);
      crossEntropy(model.decoder.forward(read.outputs), ints(device, targetsOf(true), [steps, 1])).backward();
      return read.flow;
    });
    const known = await gradientsThroughTime(network, ids, { jacobianSteps: 0 });
    for (const [layer, { states }] of known.layers.entries()) {
      const { h, c } = states;
      for (let s = 0; s < steps; s++) {
        expect(flow.h[layer][s], `|∂L/∂h_${s}|`).toBeCloseTo(h[(steps - 1) * steps + s], 9);
        if (c) expect(flow.c![layer][s], `|∂L/∂c_${s}|`).toBeCloseTo(c[(steps - 1) * steps + s], 9);
      }
    }
    expect(flow.h[0].every((norm) => norm > 0)).toBe(true);
    const ofNetwork = device.scope(() => {
      const read = runWithGradientFlow(network, { ids: ints(device, ids.slice(0, steps), [steps, 1]) });
      crossEntropy(read.outputs.logits, ints(device, targetsOf(true), [steps, 1])).backward();
      return read.flow;
    });
    expect(ofNetwork).toEqual(flow);
  });

  it("leaves the loss and the parameters' gradients as they are without it", () => {
    const gradients = [true, false].map((isWatched) => {
      network.zeroGrad();
      return device.scope(() => {
        const xs = model.encoder.forward(ints(device, ids.slice(0, steps), [steps, 1]));
        const [h, c] = [zeros(device, [2, 1, 4]), zeros(device, [2, 1, 4])];
        const state = cell === "lstm" ? { h, c } : { h };
        const { outputs } = isWatched
          ? readWithGradientFlow(model.rnn, xs, state)
          : model.rnn.forward(xs, { state });
        crossEntropy(model.decoder.forward(outputs), ints(device, targetsOf(false), [steps, 1])).backward();
        return network
          .parameters()
          .map(({ grad }) =>
            Array.from(grad!.device.heap.floats().subarray(grad!.offset, grad!.offset + grad!.size)),
          );
      });
    });
    expect(gradients[0]).toEqual(gradients[1]);
  });
});

test("a layer that reads backwards is refused", () => {
  const rnn = new GRU(device, { inputSize: 2, hiddenSize: 2, direction: "reverse" });
  expect(() => readWithGradientFlow(rnn, zeros(device, [1, 1, 2]))).toThrow(
    "readWithGradientFlow: the layer reads in direction reverse, needed time-major sequences, read forwards",
  );
});
