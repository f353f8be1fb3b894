import { expect, test } from "vitest";
import { NetworkStepper } from "../decoding/network-stepper.ts";
import { Network } from "../networks/network.ts";
import { valuesOf } from "../options/option.ts";
import { Generator } from "../random/philox.ts";
import { captionNetwork } from "../tasks/caption/caption-network.ts";
import { CAPTION_OPTIONS } from "../tasks/caption/caption-options.ts";
import { TRANSLATE } from "../tasks/translate/translate-description.ts";
import { translateNetwork } from "../tasks/translate/translate-network.ts";
import { TRANSLATE_OPTIONS } from "../tasks/translate/translate-options.ts";
import { openDevice } from "../tensor/device.ts";
import { ints, tensor } from "../tensor/tensor.ts";
import { traceEncoderDecoder } from "./trace-encoder-decoder.ts";

const device = await openDevice({ backend: "wasm" });
const SOURCE = [1, 2, 3, 0];
const TARGET = [0, 3, 5];
const H = 8;

function network(options: object): Network {
  const given = { embeddingSize: 6, hiddenSize: H, numLayers: 2, ...options } as never;
  const settings = TRANSLATE.settle(given, valuesOf("train", TRANSLATE_OPTIONS, given));
  const config = translateNetwork(settings, { source: 7, target: 6 });
  return new Network(device, config, { generator: new Generator(3) });
}

test.each([
  ["lstm", { attention: "general", attentionHeads: 2 }],
  ["gru", { attention: "additive", feeding: "context" }],
  ["lstm", { attention: "additive", feeding: "output", coverage: true }],
])("a decoder of %s with %o: its states are those that steps have left", (cell: string, options: object) => {
  const found = network({ cell, ...options });
  const { layers, attention, outputs } = traceEncoderDecoder(found, {
    source: [SOURCE],
    target: [TARGET],
  });
  expect(layers.map(({ steps, direction }) => `${steps} ${direction}`)).toEqual([
    ...["4 forward", "4 backward", "4 forward", "4 backward"],
    ...["3 forward", "3 forward"],
  ]);
  expect(outputs.logits.shape).toEqual([1, 3, 6]);
  found.eval();
  const stepper = new NetworkStepper(found);
  let { state } = stepper.start({
    inputs: { source: ints(device, SOURCE, [1, 4]) },
    lengths: undefined,
    first: 0,
  });
  const decoders = layers.slice(4);
  for (const [u, token] of TARGET.entries()) {
    const stepped = stepper.step(state, [token]);
    state = stepped.state;
    const states = Object.values(state.states).flatMap((own) =>
      Object.entries(own).flatMap(([name, tensor]) => (/^h\d?$/.test(name) ? [tensor.read()] : [])),
    );
    expect(states).toHaveLength(2);
    for (const [layer, h] of states.entries())
      for (const [unit, value] of h.entries())
        expect(decoders[layer].states.h[(u + 1) * H + unit]).toBeCloseTo(value, 6);
    const mean = Array.from({ length: 4 }, (_, t) => {
      const { heads } = attention[0];
      return heads.reduce((sum, head) => sum + head[u * 4 + t], 0) / heads.length;
    });
    for (const [t, share] of mean.entries()) expect(stepped.attention![t]).toBeCloseTo(share, 6);
  }
  for (const { gates, activations, steps, hiddenSize } of decoders)
    for (const [name, values] of Object.entries(gates)) {
      expect(values).toHaveLength(steps * hiddenSize);
      if (activations[name] !== "sigmoid") continue;
      // Every step has been written down.
      expect(values.every((value) => value > 0 && value < 1)).toBe(true);
    }
});

test("a picture's places are what the decoder looks at", () => {
  const settings = { imageWidth: 8, imageHeight: 12, convLayers: 2, convChannels: 3, hiddenSize: H };
  const given = { embeddingSize: 6, attention: "additive", ...settings } as never;
  const config = captionNetwork(valuesOf("train", CAPTION_OPTIONS, given), 6);
  const found = new Network(device, config, { generator: new Generator(3) });
  const data = Float32Array.from({ length: 5 * 12 * 8 }, (_, at) => Math.sin(at));
  const picture = { shape: [1, 5, 12, 8], data };
  const { layers, attention } = traceEncoderDecoder(found, { picture, target: [TARGET] });
  expect(layers.map(({ steps, direction }) => `${steps} ${direction}`)).toEqual(["3 forward"]);
  const [{ queries, entries, heads, memory }] = attention;
  expect([queries, entries, heads.length]).toEqual([3, 6, 1]);
  const read = { picture: tensor(device, data, [1, 5, 12, 8]), target: ints(device, TARGET, [1, 3]) };
  expect(memory).toEqual(found.eval().forward(read).values.get("encoder.places")!.read());
  expect(memory).toHaveLength(6 * 6);
});

test("more sequences than one are refused", () => {
  const both = { source: [SOURCE, SOURCE], target: [TARGET, TARGET] };
  expect(() => traceEncoderDecoder(network({}), both)).toThrow("there are 2 sequences, needed one");
});
