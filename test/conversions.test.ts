// Every format that `unrolled convert` reads to every one that it writes: both models, on the same input, give the same numbers, or the
// conversion says by name what cannot be kept.
import {
  type Device,
  type Model,
  type NetworkModel,
  type OpenModelOptions,
  openDevice,
  openModel,
} from "unrolled";
import { beforeAll, describe, expect, test } from "vitest";
import { converted } from "../src/cli/commands/conversion.ts";
import type { Target } from "../src/cli/commands/convert-command.ts";
import { type ModelPlace, placeOfBytes } from "../src/open/model-place.ts";
import { readModel } from "../src/open/read-model.ts";
import { fixture, type Numbers, SOURCES, type Source } from "./conversion-sources.ts";

const TOLERANCE = 1e-5;
let device: Device;
beforeAll(async () => {
  device = await openDevice({ backend: "wasm" });
});

const TARGETS: readonly Target[] = ["folder", "safetensors", "onnx", "keras"];

/** What cannot be kept, by the source's and the target's name, and what is said of it. */
const REFUSED: readonly (readonly [source: RegExp, target: Target, message: RegExp])[] = [
  [/^safetensors: lstm/, "keras", /layer lstm: Keras has no projectionSize/],
  [/LSTM with peepholes/, "keras", /layer reader: Keras has no projectionSize, peepholes, cellClip/],
  [/coupled LSTM/, "keras", /layer reader: Keras has no coupled, gateClip/],
  [/layer-normalised LSTM/, "keras", /layer reader: Keras has no layerNorm/],
  [/LSTM that keeps its values/, "keras", /layer reader: Keras has no zoneout/],
  [/learnt GRU/, "keras", /layer reader: Keras has no initialState learnt/],
  [/MGU/, "keras", /layer reader: Keras has no minimal gated unit/],
  [/^onnx/, "folder", /an ONNX graph is no network of layers/],
  [/^onnx/, "onnx", /an ONNX graph is no network of layers/],
  [/^onnx/, "keras", /an ONNX graph is no network of layers/],
];

function placeOf({ content, options = {} }: Pick<Source, "content" | "options">): ModelPlace {
  if (content instanceof Uint8Array) return placeOfBytes("openModel", content, options.read);
  return { title: "folder", bytes: undefined, read: async (name) => content[name] };
}

async function opened(
  content: Source["content"],
  options: Omit<OpenModelOptions, "task"> = {},
): Promise<Model> {
  const given = { ...options, device };
  if (content instanceof Uint8Array) return openModel(content, given);
  return openModel(content["config.json"], { ...given, read: async (name) => content[name] });
}

/** What a model makes of inputs in their order. A graph has states beside them, which begin with zeros. */
async function outputsOf(
  model: Model,
  inputs: readonly Numbers[],
  names: readonly string[],
): Promise<Numbers[]> {
  const given = model.inputs.map(({ name, axes }, at) => {
    const [batch] = inputs[0].shape;
    const lengths = axes as readonly (number | string)[];
    const shape = inputs[at]?.shape ?? lengths.map((axis) => (typeof axis === "number" ? axis : batch));
    const size = shape.reduce((product, length) => product * length, 1);
    return [name, { shape, data: inputs[at]?.data ?? new Float32Array(size) }] as const;
  });
  const outputs = await model.run(Object.fromEntries(given));
  return names.map((name) => ({ shape: outputs[name].shape, data: Array.from(outputs[name].data) }));
}

function expectSame(found: readonly Numbers[], expected: readonly Numbers[]): void {
  expect(found.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  expected.forEach(({ data }, output) => {
    data.forEach((entry, index) => {
      const most = TOLERANCE * Math.max(1, Math.abs(entry));
      const value = found[output].data[index];
      expect(Math.abs(value - entry), `${output}[${index}]: ${value}, not ${entry}`).toBeLessThan(most);
    });
  });
}

async function expectKept(source: Source, target: Target): Promise<void> {
  const { options = {}, inputs } = source;
  const from = await readModel(placeOf(source), options);
  const { device: _, read: __, ...reading } = options;
  const make = () => converted({ from, to: target, dtype: "float32", reading }, async () => device);
  const [, , message] = REFUSED.find(([name, to]) => name.test(source.name) && to === target) ?? [];
  if (message) return expect(make()).rejects.toThrow(message);
  const made = await make();
  if (target === "keras" && source.kerasConfig === undefined) {
    // Weights of Keras say nothing of layers, and are taken for no network.
    await expect(opened(made)).rejects.toThrow("the file holds weights alone");
    return;
  }
  if (from.format === "onnx") {
    await expect(opened(made)).rejects.toThrow("these are the weights of an ONNX graph");
    return;
  }
  const own = await opened(source.content, options);
  const names = own.outputs.map(({ name }) => name);
  const expected = source.outputs ?? (await outputsOf(own, inputs, names));
  const withConfig = target === "keras" ? { config: source.kerasConfig! } : {};
  const check = async (content: Source["content"], given: OpenModelOptions = {}) =>
    expectSame(await outputsOf(await opened(content, given), inputs, names), expected);
  await check(made, withConfig);
  // A folder's weights are the same network without the rest of it.
  if (!(made instanceof Uint8Array) && from.format !== "language-model")
    await check(made["model.safetensors"]);
}

describe.each(Object.keys(SOURCES))("%s", (kind) => {
  let sources: Source[];
  beforeAll(async () => {
    sources = await SOURCES[kind](device);
  });
  test.each(TARGETS)("to %s and back", async (target) => {
    for (const source of sources) {
      await expectKept(source, target).catch((error: Error) => {
        error.message = `${source.name}: ${error.message}`;
        throw error;
      });
    }
  });
});

test.each(["float16", "bfloat16", "int8"] as const)(
  "weights as %s are of the same network",
  async (dtype) => {
    const bytes = fixture("keras/gru-reset-before.h5");
    const from = await readModel(placeOfBytes("openModel", bytes, undefined), {});
    for (const target of ["safetensors", "folder"] as const) {
      const made = await converted({ from, to: target, dtype, reading: {} }, async () => device);
      for (const content of made instanceof Uint8Array ? [made] : [made, made["model.safetensors"]]) {
        const { network } = (await opened(content)) as NetworkModel;
        expect(network.config).toEqual(((await opened(bytes)) as NetworkModel).network.config);
      }
    }
  },
);
