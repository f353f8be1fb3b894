// Models as layers of models: files of Keras are in test/keras.test.ts; here is what is refused, and what TensorFlow.js has of them.
import { expect, test } from "vitest";
import { readTensorFlowJs } from "../tensorflow-js/read-tensorflow-js.ts";
import { readKerasGraph } from "./keras-graph.ts";

const input = (name: string) => ({
  class_name: "InputLayer",
  config: { name, batch_input_shape: [null, null, 2] },
  inbound_nodes: [],
});
const dense = (name: string, from?: string) => ({
  class_name: "Dense",
  config: { name, units: 2, use_bias: false },
  ...(from === undefined ? {} : { inbound_nodes: [[[from, 0, 0, {}]]] }),
});
const sequential = (name: string, ...layers: object[]) => ({
  class_name: "Sequential",
  config: { name, layers },
});
const functional = (name: string, output: readonly [string, number, number], ...layers: object[]) => ({
  class_name: "Functional",
  config: { name, layers, input_layers: [["a", 0, 0]], output_layers: [output] },
});
const called = (model: object, ...calls: readonly unknown[]) => ({ ...model, inbound_nodes: calls });
const twice = called(sequential("m", dense("d")), [["a", 0, 0, {}]], [["m", 0, 0, {}]]);
const outer = functional("outer", ["m", 1, 0], input("a"), twice);

test("layers of a model that is called twice are called twice, under its name", () => {
  const { layers, calls, outputs } = readKerasGraph("readKeras", outer);
  expect(layers.map(({ name }) => name)).toEqual(["a", "m/d"]);
  expect(
    calls.map(({ layer, node, inputs }) => [layer.name, node, ...inputs.map((each) => each.layer)]),
  ).toEqual([
    ["a", 0],
    ["m/d", 0, "a"],
    ["m/d", 1, "m/d"],
  ]);
  expect(outputs).toEqual([{ layer: "m/d", node: 1, tensor: 0 }]);
});

test.each(["m/d/kernel", "d/kernel"])("TensorFlow.js names the weight %s", async (name) => {
  const weights = [{ name, shape: [2, 2], dtype: "float32" }];
  const manifest = { modelTopology: outer, weightsManifest: [{ paths: ["w"], weights }] };
  const shard = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
  const { config, tensors } = await readTensorFlowJs(JSON.stringify(manifest), () => shard);
  expect(config.layers).toHaveLength(2);
  expect([...tensors[`${config.layers[0].name}.weight`].data]).toEqual([1, 3, 2, 4]);
});

const deep = (levels: number): object =>
  levels === 0 ? dense("d") : sequential(`s${levels}`, deep(levels - 1));
/** A model of ten calls of a model of ten calls of … */
const wide = (levels: number): object =>
  levels === 0
    ? sequential("w0", dense("d"))
    : functional(
        `w${levels}`,
        [`w${levels - 1}`, 9, 0],
        input("a"),
        called(
          wide(levels - 1),
          ...Array.from({ length: 10 }, (_, at) => [
            at === 0 ? ["a", 0, 0, {}] : [`w${levels - 1}`, at - 1, 0, {}],
          ]),
        ),
      );

test.each<[string, object, string]>([
  ["too deep", deep(12), "models stand in one another more than 8 deep"],
  ["too many calls", wide(6), "layers are called more than 10000 times"],
  [
    "more values than it reads",
    functional(
      "f",
      ["m", 0, 0],
      input("a"),
      called(sequential("m", dense("d")), [
        ["a", 0, 0, {}],
        ["a", 0, 0, {}],
      ]),
    ),
    'model "m" is given 2 values, needed 1',
  ],
  [
    "a value that it does not have",
    functional("f", ["m", 0, 3], input("a"), called(sequential("m", dense("d")), [["a", 0, 0, {}]])),
    'value 3 of model "m" is read, which it does not have',
  ],
  [
    "a name twice in it",
    sequential("f", sequential("m", dense("d"), dense("d"))),
    "two layers of the model have one name",
  ],
])("refuses %s", (_, model, problem) => {
  expect(() => readKerasGraph("readKeras", model)).toThrow(problem);
});
