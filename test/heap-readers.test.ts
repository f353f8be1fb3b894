// Numbers in the heap are read at once by kernels, sessions and readers of results alone, so that a device whose memory is far away
// has few places to meet. Writing is another matter: whoever has numbers puts them there (`heap.put`) and does not wait.
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
  "src/losses/custom-loss.ts": "the gradient that arrives at a loss that is computed from numbers",
  "src/tasks/transcribe/transducer-of-network.ts": "logits of one label, which a search chooses by",
  "src/losses/crf-loss.ts": "scores of paths, whose sums are computed in float64 beside the heap",
  "src/parallel/thread-work.ts": "a thread's loss",
  "src/parallel/bucket-sums.ts": "gradients, which go to other processes",
  "src/inspect/explain-step.ts": "a unit's weights, to be shown",
  "src/formats/narrow-tensors.ts": "weights in fewer bits, to be saved",
  // Once in the life of a weight, before it is used.
  "src/tensor/narrow-down.ts": "weights, as they become fewer bits",
  "src/tensor/narrow-matrix.ts": "weights in fewer bits, to be read as they were",
  // A kernel in TypeScript, for cells that have no other.
  "src/cells/step.ts": "a step of a cell that is written in views",
};

const sources = filesBelow("src", [".ts"]).filter((path) => !path.endsWith(".test.ts"));

test("the heap is read at once where it has to be, and nowhere else", () => {
  const readers = sources.filter(
    (path) => !ROOMS.test(path) && /\.?heap\.(floats|ints)\(\)/.test(textOf(path)),
  );
  expect(readers.sort()).toEqual(Object.keys(READERS).sort());
});

/** Where models are made and run, up to the networks; who traces them reads weights, to write them down. */
const MODELS = /^src\/(tensor|module|cells|recurrent|layers|losses|optimisers|networks(?!\/trace))\//;

/** What reads a tensor by `read()` there. */
const WAITERS: Readonly<Record<string, string>> = {
  "src/tensor/tensor.ts": "`toArray`, which is a promise",
  "src/losses/custom-loss.ts": "a loss that is computed from numbers",
  "src/losses/labels.ts": "targets of a loss whose alignments are planned by them",
  "src/losses/likelihood.ts": "targets of a loss that is computed from numbers",
  "src/losses/pinball.ts": "targets of a loss that is computed from numbers",
  "src/losses/reduce-losses.ts": "what a mean was taken over, for whoever asks",
  "src/networks/layers/convolution/character-conv.ts":
    "which characters are filling: a maximum is taken over the others",
  "src/networks/mask.ts": "which steps are padding: a recurrence is planned by it",
  "src/recurrent/sequence/step-mask.ts": "which steps a mask leaves out: a recurrence is planned by it",
};

test("what a model computes waits for no numbers, but for those that say which steps there are", () => {
  const waiters = sources.filter((path) => MODELS.test(path) && /\.read\(\)/.test(textOf(path)));
  expect(waiters.sort()).toEqual(Object.keys(WAITERS).sort());
});
