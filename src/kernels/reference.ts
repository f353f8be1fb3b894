import type { Kernels } from "./contract.ts";
import { dropoutKernels } from "./reference/dropout.ts";
import { elmanKernels } from "./reference/elman.ts";
import { entryKernels } from "./reference/entries.ts";
import { gaussianNoiseKernels } from "./reference/gaussian-noise.ts";
import { gruKernels } from "./reference/gru.ts";
import { layerNormKernels } from "./reference/layer-norm.ts";
import { lossKernels } from "./reference/losses.ts";
import { lstmKernels } from "./reference/lstm.ts";
import { matrixKernels } from "./reference/matrix.ts";
import type { Memory } from "./reference/memory.ts";
import { optimiserKernels } from "./reference/optimisers.ts";
import { unaryKernels } from "./reference/unary.ts";

export type { Memory } from "./reference/memory.ts";

/**
 * Every kernel as its equation says, in plain loops: the definition of correct. Its own gradients are proven by central
 * differences, and all other backends are compared with it.
 */
export function referenceKernels(heap: Memory): Kernels {
  return {
    ...matrixKernels(heap),
    ...lstmKernels(heap),
    ...gruKernels(heap),
    ...elmanKernels(heap),
    ...unaryKernels(heap),
    ...entryKernels(heap),
    ...lossKernels(heap),
    ...layerNormKernels(heap),
    ...dropoutKernels(heap),
    ...gaussianNoiseKernels(heap),
    ...optimiserKernels(heap),
  };
}
