// Networks are typed by the names of their inputs and outputs: the compiler finds a wrong one, which the call then refuses.
import { type Device, GRU, Network, networkOf, openDevice, sequential, tensor } from "unrolled";
import { beforeAll, expect, test } from "vitest";

let device: Device;
beforeAll(async () => {
  device = await openDevice({ backend: "wasm" });
});

test("a network, by its configuration", () => {
  const network = new Network(device, {
    inputs: [{ name: "x", axes: ["B", "T", 3], kind: "float" }],
    layers: [
      { name: "head", inputs: ["x"], config: { kind: "linear", inputSize: 3, outputSize: 2, bias: true } },
    ],
    outputs: [{ name: "logits", from: "head" }],
  });
  const x = tensor(device, [[[1, 2, 3]]]);
  const { outputs } = network.forward({ x });
  expect(outputs.logits.shape).toEqual([1, 1, 2]);
  // @ts-expect-error there is no such output
  expect(outputs.logit).toBeUndefined();
  // @ts-expect-error there is no such input
  expect(() => network.forward({ y: x })).toThrow("input x is missing");
  const session = network.session().fork();
  expect(session.step({ x: [1, 2, 3] }).logits.shape).toEqual([1, 2]);
  // @ts-expect-error there is no such input
  expect(() => session.step({ y: [1, 2, 3] })).toThrow('needed "x"');
  const any: Network = network;
  expect(any.forward({ x }).outputs.logits.shape).toEqual([1, 1, 2]);
});

test("a sequential module, by its input's name", () => {
  const stack = sequential(device, [{ kind: "gru", inputSize: 2, hiddenSize: 3 }]);
  expect(
    networkOf(stack)
      .session()
      .step({ input: [1, 2] }).output.shape,
  ).toEqual([1, 3]);
  // @ts-expect-error there is no such input
  expect(() => stack.session().step({ x: [1, 2] })).toThrow('needed "input"');
  const named = sequential(device, [{ kind: "gru", inputSize: 2, hiddenSize: 3 }], {
    input: { name: "xs", axes: ["B", "T", 2] },
  });
  expect(named.session().step({ xs: [1, 2] }).output.shape).toEqual([1, 3]);
  // @ts-expect-error it was given another name
  expect(() => named.session().step({ input: [1, 2] })).toThrow('needed "xs"');
});

test("a module's network, by the inputs that were said", () => {
  const gru = new GRU(device, { inputSize: 2, hiddenSize: 3, batchFirst: true });
  const network = networkOf(gru, {
    inputs: [{ name: "xs", axes: ["B", "T", 2], kind: "float" }],
    forward: (own, { xs }) => own.forward(xs).outputs,
  });
  expect(network.session().step({ xs: [1, 2] }).output.shape).toEqual([1, 3]);
  // @ts-expect-error there is no such input
  expect(() => network.session().step({ x: [1, 2] })).toThrow('needed "xs"');
});
