// Numbers in the heap are read and written at once by kernels, sessions and readers of results alone, so that a device whose memory
// is far away has few places to meet. What stands here beside them is to go, or to become a kernel.
import { expect, test } from "vitest";
import { filesBelow, textOf } from "./source-files.ts";

/** Kernels written in TypeScript, and what steps one session or many, whose inputs and outputs are plain arrays. */
const ROOMS =
  /^src\/(heap|kernels|session|recurrent\/stream)\/|^src\/networks\/(layers|activate|first-sums)|^src\/formats\/onnx\//;

const READERS: Readonly<Record<string, string>> = {
  // Results and inputs: from plain arrays or to them.
  "src/tensor/tensor.ts": "numbers of a tensor, given and read",
  "src/models/network-model.ts": "outputs of a run",
  "src/training/measure.ts": "what a model says of each example",
  "src/metrics/metric.ts": "outputs and targets of a batch",
  "src/losses/custom-loss.ts": "a loss that is computed from numbers",
  "src/parallel/thread-work.ts": "a thread's loss",
  "src/inspect/explain-step.ts": "a unit's weights, to be shown",
  "src/formats/narrow-tensors.ts": "weights in fewer bits, to be saved",
  "src/tensor/narrow-down.ts": "weights, as they become fewer bits",
  "src/tensor/narrow-matrix.ts": "weights in fewer bits, given and read",
  // Steps of cells without kernels.
  "src/cells/step.ts": "a step of a cell that is written in views",
  "src/cells/activation.ts": "an activation's numbers, written once",
  // Whole numbers that decide what is computed.
  "src/losses/as-numbers.ts": "whole targets of a loss on numbers",
  "src/losses/cross-entropy.ts": "how many targets count",
  "src/tensor/operations/rows.ts": "ids, which are checked",
  "src/tensor/operations/table.ts": "a kernel's table of whole numbers, written once",
  "src/networks/mask.ts": "which steps are padding",
  "src/recurrent/sequence/step-mask.ts": "which steps a mask leaves out",
};

test("the heap is read at once where it has to be, and nowhere else", () => {
  const sources = filesBelow("src", [".ts"]).filter((path) => !path.endsWith(".test.ts"));
  const readers = sources.filter(
    (path) => !ROOMS.test(path) && /\.?heap\.(floats|ints)\(\)/.test(textOf(path)),
  );
  expect(readers.sort()).toEqual(Object.keys(READERS).sort());
});
