// Decoders whose attention is part of their recurrence beside PyTorch's, which scripts/attention-fixtures.py wrote down.
import type { Tensor } from "unrolled";
import { type LayerConfig, Network } from "unrolled/network";
import { describe, expect, test } from "vitest";
import { devices, type Fixture, fixtures, passErrors, placeAll } from "./pytorch.ts";

interface Options {
  readonly cell: "lstm" | "gru";
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly memorySize: number;
  readonly keySize: number;
  readonly outputSize: number;
  readonly heads: number;
  readonly score: "dot" | "additive";
  readonly order: "before" | "after";
  readonly coverage: boolean;
  readonly location: { readonly filters: number; readonly kernelSize: number } | null;
  readonly lengths: readonly number[];
}

describe.each(devices)("on $name", ({ device, tolerance }) => {
  test.each(fixtures<Omit<Fixture, "options"> & { readonly options: Options }>("fed-attention"))(
    "$name",
    (fixture) => {
      const { cell, embeddingSize, hiddenSize, numLayers, location, lengths, ...rest } = fixture.options;
      const fed = rest.order === "before" ? rest.memorySize : rest.outputSize;
      const layers = Array.from({ length: numLayers }, (_, at) => ({
        kind: cell,
        options: {
          ...{ inputSize: at === 0 ? embeddingSize + fed : hiddenSize, hiddenSize },
          ...{ numLayers: 1, batchFirst: false, direction: "forward" },
        },
        returns: "sequence",
      }));
      const config = { kind: "attentive-recurrent", layers, dropout: 0, ...rest } as const;
      const states = Object.keys(fixture.inputs).filter((name) => /^[hc]\d$/.test(name));
      const network = new Network(device, {
        inputs: [
          { name: "xs", axes: ["B", "U", embeddingSize], kind: "float" },
          { name: "keys", axes: ["B", "T", rest.keySize], kind: "float" },
          { name: "values", axes: ["B", "T", rest.memorySize], kind: "float" },
          ...states.map((name) => ({ name, axes: ["B", hiddenSize], kind: "float" }) as const),
        ],
        layers: [
          {
            name: "decoder",
            inputs: ["xs", "keys", "values", ...stateOrder(states)],
            config: { ...config, ...(location ? { location } : {}) } as unknown as LayerConfig,
          },
        ],
        outputs: [{ name: "outputs", from: "decoder" }],
      });
      const leaves = new Map<string, Tensor>();
      for (const [name, parameter] of network.namedParameters()) {
        const own = name.slice("decoder.".length);
        parameter.assign(fixture.parameters[own].data);
        leaves.set(own, parameter);
      }
      expect([...leaves.keys()].sort()).toEqual(Object.keys(fixture.parameters).sort());
      const inputs = placeAll(device, fixture.inputs);
      const { outputs } = network.forward(inputs, { lengths });
      const all = { ...inputs, ...Object.fromEntries(leaves) };
      expect(passErrors(fixture as unknown as Fixture, outputs, all, tolerance)).toBe("");
    },
  );
});

/** Layer by layer, h first. */
function stateOrder(names: readonly string[]): string[] {
  const key = (name: string) => `${name.slice(1)}${name.startsWith("h") ? 0 : 1}`;
  return names.toSorted((left, right) => key(left).localeCompare(key(right)));
}
