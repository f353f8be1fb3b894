import type { LayerConfig, NetworkLayer } from "../../networks/config.ts";

/** Layers of a network that is being described, and the ways to add some. */
export function layerList(dropout: number) {
  const layers: NetworkLayer[] = [];
  const add = (name: string, config: LayerConfig, ...inputs: string[]) => {
    layers.push({ name, inputs, config });
    return name;
  };
  return {
    layers,
    add,
    linear: (name: string, inputSize: number, outputSize: number, bias: boolean, from: string) =>
      add(name, { kind: "linear", inputSize, outputSize, bias }, from),
    tanh: (name: string, from: string) => add(name, { kind: "activation", activation: "tanh" }, from),
    dropped: (name: string, from: string) =>
      dropout > 0 ? add(name, { kind: "dropout", probability: dropout }, from) : from,
  };
}

/** How a decoder's states look back at a memory. */
interface LookingBack {
  /** What asks, and its width. */
  readonly from: string;
  readonly width: number;
  readonly score: "dot" | "additive";
  readonly heads: number;
  /** Of keys, all heads together. */
  readonly keySize: number;
  /** Adds the layer of keys, or names the one that is there. */
  readonly keys: () => string;
  readonly memory: string;
}

/** [context; h]: what a decoder's states have found beside the states (Luong, Pham & Manning 2015). */
export function lookingBack(
  { add, linear }: ReturnType<typeof layerList>,
  { from, width, score, heads, keySize, keys, memory }: LookingBack,
): string {
  const isAdditive = score === "additive";
  const query = isAdditive ? linear("attention.query", width, keySize, true, from) : from;
  const looks = { heads, size: keySize, score, factor: 1, scale: isAdditive, causal: false } as const;
  const scaleRange = isAdditive ? { scaleRange: 1 / Math.sqrt(keySize / heads) } : {};
  const config = { kind: "attention", ...looks, maskedQueries: "zero", ...scaleRange } as const;
  const context = add("attention", config, query, keys(), memory);
  return add("decoder.joined", { kind: "concat", axis: -1 }, context, from);
}
