// ONNX's own cases for recurrent nodes, made into networks, written as files by this library, and run from these.
import { existsSync, readFileSync } from "node:fs";
import { type NetworkConfig, openDevice, tensor, zeros } from "unrolled";
import { writeOnnx } from "unrolled/formats/onnx";
import { type NetworkData, networkFrom } from "unrolled/network";
import { describe, expect, test } from "vitest";
import {
  GATE_LAYOUTS,
  type GatedCell,
  type GateLayout,
  toOurBiases,
  toOurMatrix,
} from "../../src/formats/gate-layouts.ts";
import type { RecurrentLayerConfig } from "../../src/networks/config.ts";
import { required } from "../required.ts";
import { runInBoth } from "./runtime.ts";

const path = new URL("../../../shared/data/onnx-rnn-cases/cases.json", import.meta.url);
const device = await openDevice();

interface Entries {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Case {
  readonly name: string;
  readonly op: "RNN" | "GRU" | "LSTM";
  readonly attributes: { readonly hidden_size: number; readonly layout?: number };
  readonly graph_inputs: readonly string[];
  readonly graph_outputs: readonly string[];
  readonly inputs: readonly Entries[];
  readonly outputs: readonly Entries[];
}

/** The network of a case: its weights in our gate order and under our names. */
function networkOf({ op, attributes, graph_inputs: names, inputs }: Case): NetworkData {
  const kind = op.toLowerCase() as GatedCell & RecurrentLayerConfig["kind"] & ("rnn" | "gru" | "lstm");
  const layout: GateLayout = GATE_LAYOUTS.onnx[kind];
  const { hidden_size: hiddenSize, layout: batchwise = 0 } = attributes;
  const entries = (name: string) => inputs[names.indexOf(name)];
  const inputSize = entries("X").shape[2];
  const [batchFirst, bias] = [batchwise === 1, names.includes("B") ? "double" : "none"] as const;
  const options = { inputSize, hiddenSize, batchFirst, bias };
  const config = kind === "gru" ? { kind, options: { ...options, resetAfter: false } } : { kind, options };
  const network: NetworkConfig = {
    inputs: [{ name: "X", axes: batchFirst ? ["B", "T", inputSize] : ["T", "B", inputSize], kind: "float" }],
    layers: [
      { name: "layer", inputs: ["X"], config: { ...config, returns: "sequence" } as RecurrentLayerConfig },
    ],
    outputs: [{ name: "Y", from: "layer" }],
  };
  const matrix = (name: string, columns: number) => {
    const data = Float32Array.from(entries(name).data);
    const ours = toOurMatrix(layout, kind, data, { hidden: hiddenSize, columns });
    return { shape: [ours.length / columns, columns], data: ours };
  };
  const biases = names.includes("B")
    ? toOurBiases(layout, kind, Float32Array.from(entries("B").data), hiddenSize)
    : undefined;
  const vector = (data: Float32Array) => ({ shape: [data.length], data });
  return {
    config: network,
    tensors: {
      "layer.weight_ih_l0": matrix("W", inputSize),
      "layer.weight_hh_l0": matrix("R", hiddenSize),
      ...(biases ? { "layer.bias_ih_l0": vector(biases.ih), "layer.bias_hh_l0": vector(biases.hh!) } : {}),
    },
  };
}

describe.runIf(required(existsSync(path), path.pathname))(`skipped where ${path.pathname} is missing`, () => {
  const cases: readonly Case[] = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : [];

  test.each(cases.map((own) => [own.name, own] as const))("%s", async (_, own) => {
    const data = networkOf(own);
    const X = tensor(device, own.inputs[0].data, own.inputs[0].shape);
    const { batchFirst } = (data.config.layers[0].config as RecurrentLayerConfig).options;
    const batch = X.shape[batchFirst ? 0 : 1];
    const zero = zeros(device, [1, batch, own.attributes.hidden_size]);
    const states = own.op === "LSTM" ? { "layer.h_0": zero, "layer.c_0": zero } : { "layer.h_0": zero };
    const made = await runInBoth(device, writeOnnx(data), { X, ...states });
    const here = networkFrom(device, data).forward({ X });
    const numbers = { Y: await here.outputs.Y.toArray(), "layer.h_n": await here.state.layer.h.toArray() };
    const results = [
      ...made.map((each) => ({ Y: each.Y.data, "layer.h_n": each["layer.h_n"].data })),
      numbers,
    ];
    for (const [index, name] of own.graph_outputs.entries()) {
      // With one direction the axis of directions, wherever it stands, changes no place.
      const expected = own.outputs[index].data;
      for (const result of results) {
        const given = result[name === "Y_h" ? "layer.h_n" : "Y"];
        expect(given.length).toBe(expected.length);
        for (const [at, value] of expected.entries())
          expect(Math.abs(given[at] - value), `${name}[${at}]`).toBeLessThan(1e-5);
      }
    }
  });
});
