import type { KernelTable } from "./kernel-table.ts";
import { batchNormKernels } from "./reference/batch-norm.ts";
import { binaryKernels } from "./reference/binary.ts";
import { ctcKernels } from "./reference/ctc.ts";
import { dotKernels } from "./reference/dots.ts";
import { dropoutKernels } from "./reference/dropout.ts";
import { elmanKernels } from "./reference/elman.ts";
import { entryKernels } from "./reference/entries.ts";
import { gatedKernels } from "./reference/gated.ts";
import { gaussianNoiseKernels } from "./reference/gaussian-noise.ts";
import { gruKernels } from "./reference/gru.ts";
import { layerNormKernels } from "./reference/layer-norm.ts";
import { lossKernels } from "./reference/losses.ts";
import { lstmKernels } from "./reference/lstm.ts";
import { lstmPhaseKernels } from "./reference/lstm-phases.ts";
import { matrixKernels } from "./reference/matrix.ts";
import type { Memory } from "./reference/memory.ts";
import { optimiserKernels } from "./reference/optimisers.ts";
import { replayKernels } from "./reference/replay.ts";
import { stepKernels } from "./reference/steps.ts";
import { transducerKernels } from "./reference/transducer.ts";
import { ugrnnKernels } from "./reference/ugrnn.ts";
import { unaryKernels } from "./reference/unary.ts";
import { wholeKernels } from "./reference/wholes.ts";
import { windowKernels } from "./reference/windows.ts";

export type { Memory } from "./reference/memory.ts";

/**
 * Every kernel as its equation says, in plain loops: the definition of correct. Its own gradients are proven by central
 * differences, and all other backends are compared with it.
 */
export function referenceKernels(heap: Memory): KernelTable {
  const table: KernelTable = {
    ...matrixKernels(heap),
    ...lstmKernels(heap),
    ...gruKernels(heap),
    ...elmanKernels(heap),
    ...ugrnnKernels(heap),
    ...lstmPhaseKernels(heap),
    ...gatedKernels(heap),
    ...unaryKernels(heap),
    ...binaryKernels(heap),
    ...entryKernels(heap),
    ...stepKernels(heap),
    ...lossKernels(heap),
    ...ctcKernels(heap),
    ...transducerKernels(heap),
    ...layerNormKernels(heap),
    ...dropoutKernels(heap),
    ...gaussianNoiseKernels(heap),
    ...optimiserKernels(heap),
    ...wholeKernels(heap),
    ...windowKernels(heap),
    ...batchNormKernels(heap),
    ...dotKernels(heap),
    ...replayKernels(heap, () => table),
  };
  return table;
}
