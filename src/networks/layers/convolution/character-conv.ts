import { Conv1d } from "../../../layers/convolution.ts";
import { size } from "../../../options/field-checks.ts";
import { multiply } from "../../../tensor/operations/arithmetic.ts";
import { globalMaxPool } from "../../../tensor/operations/pooling.ts";
import { reshape, swapLastAxes } from "../../../tensor/operations/shapes.ts";
import { type Tensor, tensor } from "../../../tensor/tensor.ts";
import type { LayerKind } from "../../layer-kind.ts";
import { changed } from "../../mask.ts";
import { axesText, differ, floats, mismatch } from "../../value-shape.ts";

/**
 * What the characters of each word say (dos Santos & Zadrozny 2014; Ma & Hovy 2016): a convolution over the vectors [B, T, C, I] of C
 * characters, and of each of its O filters the largest, [B, T, O]. It reads the characters' ids [B, T, C] too: 0 fills up behind a word's
 * end and counts for nothing.
 */
export interface CharacterConvLayerConfig {
  readonly kind: "character-conv";
  readonly inputSize: number;
  readonly outputSize: number;
  readonly kernelSize: number;
}

export const characterConv: LayerKind<CharacterConvLayerConfig, Conv1d> = {
  fields: { needed: { inputSize: size, outputSize: size, kernelSize: size } },
  inputs: [2, 2],
  reads: ["float", "int"],

  shape({ inputSize, outputSize }, [{ axes }, ids]) {
    if (axes.length !== 4 || differ(axes[3], inputSize)) return mismatch(axes, `[B, T, C, ${inputSize}]`);
    return ids.axes.length === 3 && !ids.axes.some((length, at) => differ(length, axes[at]))
      ? floats([axes[0], axes[1], outputSize])
      : mismatch(axes, `vectors of ids ${axesText(ids.axes)}`);
  },

  parameters: ({ inputSize, outputSize, kernelSize }) => [
    ["weight", [outputSize, inputSize, kernelSize]],
    ["bias", [outputSize]],
  ],

  build: (device, config, { generator }) =>
    new Conv1d(device, { ...config, padding: "same", bias: true, generator }),

  apply({ config: { outputSize }, module, values: [value, { tensor: ids }] }) {
    const [batch, steps, characters, width] = value.tensor.shape;
    const words = batch * steps;
    const { kept, lengths } = charactersOf(ids, words, characters);
    const vectors = multiply(reshape(value.tensor, [words, characters, width]), kept);
    const filtered = module.forward(swapLastAxes(vectors));
    return changed(value, reshape(globalMaxPool(filtered, { lengths }), [batch, steps, outputSize]));
  },

  streamProblem: (_, [{ axes }]) => `reads ${axesText(axes)}, and how many characters a word has is free`,
};

/** 1 for each character and 0 behind them [words, C, 1], and how many each word has; one of the filling where it has none. */
function charactersOf(ids: Tensor, words: number, characters: number) {
  const given = ids.read();
  const kept = new Float32Array(given.length);
  const lengths = new Array<number>(words);
  for (let word = 0; word < words; word++) {
    let count = 0;
    while (count < characters && given[word * characters + count] !== 0) count += 1;
    kept.fill(1, word * characters, word * characters + count);
    lengths[word] = Math.max(1, count);
  }
  return { kept: tensor(ids.device, kept, [words, characters, 1]), lengths };
}
