import { conditionInputs } from "./condition/condition.ts";
import { cellShapeOf, lastLayerOf } from "./model/language-cell.ts";
import type { LanguageModelConfig } from "./model/language-model-config.ts";
import { inputWidth } from "./model/language-model-network.ts";

const BYTES = 4;
const OPTIMIZER_COPIES = { sgd: 0, "nt-asgd": 1, rmsprop: 1, adam: 2, adamw: 2 } as const;

/** Number of parameters of a language model, before it is built. */
export function countParameters(config: LanguageModelConfig): number {
  const { vocabularySize: v, embeddingSize, numLayers, tieWeights, condition } = config;
  const e = inputWidth(config);
  const { outputSize: p } = cellShapeOf(config);
  const last = lastLayerOf(config);
  let total = v * embeddingSize + (condition ? conditionInputs(condition) * condition.size : 0);
  total += (tieWeights ? 0 : v * cellShapeOf(last).outputSize) + v;
  for (let layer = 0; layer < numLayers; layer++)
    for (const { shape } of cellShapeOf(layer === numLayers - 1 ? last : config, layer === 0 ? e : p)
      .parameters)
      total += shape.reduce((product, length) => product * length, 1);
  return total;
}

/**
 * Bytes that training takes at most: parameters, each thread's gradients, two packed copies, the optimiser's and an average, and for each of
 * T·B tokens what the forward pass keeps and the backward pass gathers.
 */
export function trainingBytes(
  config: LanguageModelConfig,
  run: {
    readonly seqLength: number;
    readonly batchSize: number;
    readonly optimizer: keyof typeof OPTIMIZER_COPIES;
    readonly averageDecay: number;
    readonly threads: number | null;
  },
): number {
  const { vocabularySize: v, numLayers, weightDrop = 0 } = config;
  const e = inputWidth(config);
  // A last layer with a width of its own counts as the widest.
  const h = Math.max(config.hiddenSize, lastLayerOf(config).hiddenSize);
  const threads = run.threads ?? 1;
  const copies = 3 + threads + OPTIMIZER_COPIES[run.optimizer] + (run.averageDecay > 0 ? 1 : 0);
  const { gates: blocks, recurrent } = cellShapeOf(config);
  const gates = blocks.length * (recurrent === "apart" ? 2 : 1);
  // Per token: embedding and its gradient with and without dropout; per layer sums, states, dropout and gradients; logits twice.
  const perToken = 4 * e + numLayers * h * (gates + 7) + 4 * h + 2 * v;
  // Weight drop: each thread's masked W_hh, its gradient and its two packed copies.
  const masked = weightDrop > 0 ? 4 * threads * numLayers * blocks.length * h * h : 0;
  return (
    BYTES * 1.125 * (copies * countParameters(config) + masked + perToken * run.seqLength * run.batchSize)
  );
}
