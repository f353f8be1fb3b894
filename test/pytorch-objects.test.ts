// PyTorch's files that hold more than tensors: objects of other classes beside them, and whole modules.
import { existsSync, readFileSync } from "node:fs";
import { type Device, openDevice, openModel } from "unrolled";
import { PyTorchObject, type PyTorchTensor, readPyTorch, stateDictOf } from "unrolled/formats/pytorch";
import { beforeAll, describe, expect, it } from "vitest";
import { text } from "./pickle-file.ts";
import {
  called,
  dictionary,
  flag,
  float,
  list,
  module,
  named,
  none,
  object,
  Storages,
  whole,
} from "./pickled-modules.ts";
import { required } from "./required.ts";
import { zipFile } from "./zip-file.ts";

const faults = new URL("../../shared/data/faults/", import.meta.url);

let device: Device;
beforeAll(async () => {
  device = await openDevice();
});

describe.runIf(required(existsSync(faults), faults.pathname))("what PyTorch saved", () => {
  it.each(["numpy-scalar.pt", "namespace.pt", "lightning-loss.ckpt", "whole-module.pt"])(
    "%s gives PyTorch's outputs",
    async (name) => {
      const model = await openModel(new Uint8Array(readFileSync(new URL(name, faults))), { device });
      const json = readFileSync(new URL(name.replace(/\.\w+$/, ".json"), faults), "utf8");
      const { inputs, expected } = JSON.parse(json);
      const { output } = await model.run(inputs);
      expect(output.shape).toEqual(expected.output.shape);
      for (const [index, value] of expected.output.data.entries())
        expect(Math.abs(output.data[index] - value), `output[${index}]`).toBeLessThan(1e-6);
    },
  );
});

const lstm = (storages: Storages, inputs: number, hidden: number) =>
  storages.tensors({ weight_ih_l0: [4 * hidden, inputs], weight_hh_l0: [4 * hidden, hidden] });

describe("objects of other classes", () => {
  const storages = new Storages();
  const read = async (value: Uint8Array) => {
    const file = storages.file(dictionary({ own: value, state_dict: dictionary({ a: storages.tensor(2) }) }));
    const checkpoint = (await readPyTorch(file)) as {
      own: unknown;
      state_dict: Record<string, PyTorchTensor>;
    };
    expect(checkpoint.state_dict.a.shape).toEqual([2]);
    return checkpoint.own;
  };

  it.each<[string, Uint8Array, unknown]>([
    ["a set", called("builtins.set", list(whole(3), whole(4))), [3, 4]],
    ["a frozen set", called("__builtin__.frozenset", list(text("a"))), ["a"]],
    ["a path", called("pathlib.PosixPath", text("/"), text("runs"), text("a.pt")), "/runs/a.pt"],
    ["a deque", called("collections.deque", list(whole(1)), whole(9)), [1]],
    ["a defaultdict", called("collections.defaultdict", named("builtins.list")), {}],
    ["a counter", called("collections.Counter", dictionary({ a: whole(2) })), { a: 2 }],
    ["bytes", called("_codecs.encode", text("\u00ff\u0000"), text("latin1")), Uint8Array.of(255, 0)],
    ["a class", named("torch.optim.adam.Adam"), "torch.optim.adam.Adam"],
  ])("%s is plain data", async (_, value, expected) => {
    expect(await read(value)).toEqual(expected);
  });

  it.each<[string, Uint8Array, object]>([
    [
      "an enum's value",
      called("project.Mode", text("train")),
      { name: "project.Mode", arguments: ["train"] },
    ],
    [
      "one by its name",
      called("builtins.getattr", named("project.Mode"), text("TRAIN")),
      { name: "builtins.getattr", arguments: ["project.Mode", "TRAIN"] },
    ],
    ["a namespace", object("argparse.Namespace", { lr: float(0.1) }), { state: { lr: 0.1 } }],
    [
      "a loss",
      module("torch.nn.modules.loss.MSELoss", { options: { reduction: text("mean") } }),
      { name: "torch.nn.modules.loss.MSELoss", state: { reduction: "mean", _parameters: {} } },
    ],
    [
      "an array of numpy",
      called("numpy.core.multiarray._reconstruct", named("numpy.ndarray"), whole(0)),
      { name: "numpy.core.multiarray._reconstruct", arguments: ["numpy.ndarray", 0] },
    ],
    [
      "an old object",
      called("copy_reg._reconstructor", named("project.Config"), named("__builtin__.object"), none),
      { name: "project.Config", arguments: ["__builtin__.object", null] },
    ],
    [
      "a kind of dictionary",
      new Uint8Array([...called("project.Config"), ...dictionary({ a: whole(1) }).subarray(1)]),
      { name: "project.Config", entries: { a: 1 } },
    ],
  ])("%s is an object whose parts are data", async (_, value, expected) => {
    const made = await read(value);
    expect(made).toBeInstanceOf(PyTorchObject);
    expect(made).toMatchObject(expected);
  });

  it("may know what they belong to", async () => {
    const cyclic = new Uint8Array([
      ...[...named("project.Scheduler"), 0x29, 0x81, 0x71, 5],
      ...[0x7d, 0x71, 6, 0x28, ...text("self"), 0x68, 5, ...text("all"), 0x68, 6, 0x75, 0x62],
    ]);
    const made = (await read(cyclic)) as PyTorchObject;
    expect((made.state as Record<string, unknown>).self).toBe(made);
    expect((made.state as Record<string, unknown>).all).toBe(null);
  });

  it("are refused where they would run a program in Python", async () => {
    await expect(read(called("os.system", text("true")))).rejects.toThrow('the pickle asks for "os.system"');
    await expect(read(called("builtins.eval", text("1")))).rejects.toThrow('asks for "builtins.eval"');
  });
});

describe("a whole module", () => {
  it("has the names, buffers and options of its layers", async () => {
    const storages = new Storages();
    const file = storages.file(
      module("torch.nn.parallel.data_parallel.DataParallel", {
        modules: {
          module: module("__main__.Net", {
            buffers: { seen: storages.tensor(1) },
            transient: ["seen"],
            modules: {
              table: module("torch.nn.modules.sparse.Embedding", {
                parameters: { weight: storages.tensor(4, 4) },
              }),
              cell: module("torch.nn.modules.rnn.RNN", {
                parameters: storages.tensors({
                  weight_ih_l0: [4, 4],
                  weight_hh_l0: [4, 4],
                  weight_ih_l1: [4, 4],
                  weight_hh_l1: [4, 4],
                }),
                options: {
                  mode: text("RNN_RELU"),
                  num_layers: whole(2),
                  batch_first: flag(false),
                  dropout: float(0.25),
                },
              }),
              last: module("torch.nn.modules.normalization.LayerNorm", {
                parameters: storages.tensors({ weight: [4], bias: [4] }),
                options: { eps: float(0.5) },
              }),
            },
          }),
        },
      }),
    );
    expect(Object.keys(stateDictOf(await readPyTorch(file)))).toEqual([
      "table.weight",
      "cell.weight_ih_l0",
      "cell.weight_hh_l0",
      "cell.weight_ih_l1",
      "cell.weight_hh_l1",
      "last.weight",
      "last.bias",
    ]);
    const model = await openModel(file, { device });
    expect(model.inputs).toMatchObject([{ axes: ["T", "B"], kind: "int" }]);
    if (!("network" in model)) throw new Error("needed a network");
    expect(model.network.config.layers.map(({ config }) => config)).toMatchObject([
      { kind: "embedding" },
      { kind: "rnn", options: { nonlinearity: "relu", numLayers: 2, batchFirst: false, dropout: 0.25 } },
      { kind: "layer-norm", epsilon: 0.5 },
    ]);
  });

  it("that is sequential says what stands between its layers", async () => {
    const storages = new Storages();
    const linear = (inputs: number, outputs: number) =>
      module("torch.nn.modules.linear.Linear", {
        parameters: storages.tensors({ weight: [outputs, inputs], bias: [outputs] }),
      });
    const file = storages.file(
      module("torch.nn.modules.container.Sequential", {
        modules: {
          0: linear(3, 3),
          1: module("torch.nn.modules.dropout.Dropout", {}),
          2: module("torch.nn.modules.activation.Tanh", {}),
          3: linear(3, 3),
          4: linear(3, 3),
          5: module("torch.nn.modules.activation.Softmax", { options: { dim: whole(-1) } }),
        },
      }),
    );
    const model = await openModel(file, { device });
    if (!("network" in model)) throw new Error("needed a network");
    expect(model.network.config.layers.map(({ name }) => name)).toEqual([
      ...["0", "0.activation", "3", "4", "4.activation"],
    ]);
  });

  it("cannot become endless by modules that are used twice", async () => {
    const storages = new Storages();
    const twice = (inner: Uint8Array, level: number): Uint8Array =>
      module("project.Twice", {
        modules: { a: new Uint8Array([...inner, 0x71, level]), b: Uint8Array.of(0x68, level) },
      });
    let wide = module("project.Leaf", { parameters: { weight: storages.tensor(1) } });
    for (let level = 1; level <= 20; level++) wide = twice(wide, level);
    await expect(openModel(storages.file(wide), { device })).rejects.toThrow("holds more than 10000 others");
  });
});

describe("layers", () => {
  it("come in the order of the file where widths allow several", async () => {
    const storages = new Storages();
    const parts = { one: lstm(storages, 4, 4), two: lstm(storages, 4, 4) };
    const prefixed = (name: string, tensors: Record<string, Uint8Array>) =>
      Object.fromEntries(Object.entries(tensors).map(([own, value]) => [`${name}.${own}`, value]));
    const file = storages.file(
      dictionary({
        ...prefixed("lstm", parts.one),
        ...prefixed("attend", parts.two),
        ...prefixed("dense", storages.tensors({ weight: [4, 4], bias: [4] })),
      }),
    );
    const model = await openModel(file, { device });
    if (!("network" in model)) throw new Error("needed a network");
    expect(model.network.config.layers.map(({ name }) => name)).toEqual(["lstm", "attend", "dense"]);
  });
});

describe("what is no float state dictionary is named for what it is", () => {
  it("a quantised one", async () => {
    const storages = new Storages();
    const value = dictionary({
      "fc.scale": storages.tensor(1),
      "fc.weight": called("torch._utils._rebuild_qtensor", none),
    });
    await expect(openModel(storages.file(value), { device })).rejects.toThrow(
      "this is a quantised model or state dictionary",
    );
  });

  it.each([
    ["m/code/__torch__.py", "a TorchScript archive"],
    ["m/models/model.json", "torch.export.save"],
  ])("an archive with %s", async (name, message) => {
    const files = [name, "m/data.pkl"].map((path) => ({
      name: path,
      bytes: Uint8Array.of(0x80, 2, 0x4e, 0x2e),
    }));
    await expect(openModel(zipFile(files).bytes, { device })).rejects.toThrow(message);
  });
});
