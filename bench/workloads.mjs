import { kernelWorkloads } from "./kernel-workloads.mjs";

/**
 * Every speed claim of this project, as data. T steps, B batch, I input, H hidden, L layers, V vocabulary.
 *
 * `engine` says where Unrolled runs ("native", "wasm", "wasm-relaxed"); `goals` says how many times as fast as each
 * peer it has to be (null: a peer shown for comparison only) and `peakShare` which part of one core's peak.
 *
 * Modes, one iteration each:
 * - inference: outputs of a whole sequence from state zero, weights constant.
 * - training: the same forward, then backward to the gradients of input, weights and biases; weights change every step.
 * - stream: one step, the state kept from call to call; weights in fewer bits where a `precision` is given.
 * - sessions: one step of B sessions together, each with a state of its own.
 * - language-model: embedding, L LSTM layers, decoder, cross-entropy, backward, clipping by global norm, optimiser.
 * - generate: T characters, each sampled at temperature 0.8 and fed back.
 * - kernel: one call of one of Unrolled's kernels, at the sizes it has inside the layers above; no peer.
 */
const layers = [
  {
    name: "lstm-training-128-256",
    mode: "training",
    cell: "lstm",
    engine: "native",
    T: 64,
    B: 32,
    I: 128,
    H: 256,
    L: 1,
    goals: { onednn: 1, pytorch: 1.5 },
    peakShare: 0.8,
  },
  {
    name: "lstm-training-512-512",
    mode: "training",
    cell: "lstm",
    engine: "native",
    T: 64,
    B: 64,
    I: 512,
    H: 512,
    L: 2,
    goals: { onednn: 0.95, pytorch: 1.3 },
    peakShare: 0.84,
  },
  {
    name: "lstm-training-65-128",
    mode: "training",
    cell: "lstm",
    engine: "native",
    T: 64,
    B: 32,
    I: 65,
    H: 128,
    L: 2,
    goals: { onednn: 1, pytorch: 2 },
  },
  {
    name: "gru-training-128-256",
    mode: "training",
    cell: "gru",
    engine: "native",
    T: 64,
    B: 32,
    I: 128,
    H: 256,
    L: 1,
    goals: { pytorch: 1.5 },
  },
  {
    name: "elman-training-128-256",
    mode: "training",
    cell: "elman",
    engine: "native",
    T: 64,
    B: 32,
    I: 128,
    H: 256,
    L: 1,
    goals: { pytorch: 1.5 },
  },
  {
    name: "lstm-inference-128-256",
    mode: "inference",
    cell: "lstm",
    engine: "native",
    T: 64,
    B: 32,
    I: 128,
    H: 256,
    L: 1,
    goals: { onednn: 1, "onnxruntime-node": 1.15, pytorch: null },
  },
  {
    name: "lstm-inference-512-512",
    mode: "inference",
    cell: "lstm",
    engine: "native",
    T: 64,
    B: 64,
    I: 512,
    H: 512,
    L: 2,
    goals: { onednn: 1, "onnxruntime-node": 1.15, pytorch: null },
  },
  {
    name: "lstm-inference-batch-1",
    mode: "inference",
    cell: "lstm",
    engine: "native",
    T: 256,
    B: 1,
    I: 512,
    H: 512,
    L: 1,
    goals: { onednn: 1.5, "onnxruntime-node": 1.2, pytorch: null },
  },
  {
    name: "lstm-stream-128",
    mode: "stream",
    cell: "lstm",
    engine: "native",
    T: 1,
    B: 1,
    I: 128,
    H: 128,
    L: 1,
    goals: { "onnxruntime-node": 2.5, onednn: null },
  },
  {
    name: "lstm-stream-256",
    mode: "stream",
    cell: "lstm",
    engine: "native",
    T: 1,
    B: 1,
    I: 256,
    H: 256,
    L: 1,
    goals: { "onnxruntime-node": 2.5, onednn: null },
  },
  {
    name: "lstm-stream-512",
    mode: "stream",
    cell: "lstm",
    engine: "native",
    T: 1,
    B: 1,
    I: 512,
    H: 512,
    L: 1,
    goals: { "onnxruntime-node": 1.3, onednn: null },
  },
  {
    name: "wasm-lstm-inference-128-256",
    mode: "inference",
    cell: "lstm",
    engine: "wasm",
    T: 64,
    B: 32,
    I: 128,
    H: 256,
    L: 1,
    goals: { "onnxruntime-web": 1.3, "tfjs-wasm": null },
    peakShare: 0.55,
  },
  {
    name: "wasm-relaxed-lstm-inference-128-256",
    mode: "inference",
    cell: "lstm",
    engine: "wasm-relaxed",
    T: 64,
    B: 32,
    I: 128,
    H: 256,
    L: 1,
    goals: { "onnxruntime-web": 1.7 },
  },
  {
    name: "wasm-lstm-training-64-128",
    mode: "training",
    cell: "lstm",
    engine: "wasm",
    T: 64,
    B: 32,
    I: 64,
    H: 128,
    L: 1,
    goals: { "tfjs-wasm": 15 },
  },
  {
    name: "language-model-characters",
    mode: "language-model",
    cell: "lstm",
    engine: "native",
    T: 50,
    B: 50,
    I: 128,
    H: 128,
    L: 2,
    V: 65,
    optimizer: "adamw",
    goals: { pytorch: 2 },
  },
  {
    name: "language-model-words",
    mode: "language-model",
    cell: "lstm",
    engine: "native",
    T: 35,
    B: 20,
    I: 200,
    H: 200,
    L: 2,
    V: 10000,
    optimizer: "sgd",
    goals: { pytorch: 1.3 },
  },
  {
    name: "generate-256",
    mode: "generate",
    cell: "lstm",
    engine: "native",
    T: 200,
    B: 1,
    I: 256,
    H: 256,
    L: 2,
    V: 65,
    goals: { pytorch: 4 },
  },
  {
    name: "lstm-sessions-1000",
    mode: "sessions",
    cell: "lstm",
    engine: "native",
    T: 1,
    B: 1000,
    I: 256,
    H: 256,
    L: 2,
    goals: { "onnxruntime-node": null },
    peakShare: 0.75,
  },
];

/** Weights in fewer bits, beside the same weights as float32. */
const fewerBits = ["float16", "int8"].flatMap((precision) => {
  const common = { cell: "lstm", precision, B: 1, goals: { "unrolled-float32": null } };
  const stream = { ...common, mode: "stream", T: 1, L: 1 };
  return [
    ...[256, 512, 1024].map((H) => ({
      ...stream,
      name: `lstm-stream-${H}-${precision}`,
      engine: "native",
      I: H,
      H,
    })),
    { ...stream, name: `wasm-lstm-stream-512-${precision}`, engine: "wasm", I: 512, H: 512 },
    {
      ...common,
      name: `generate-256-${precision}`,
      mode: "generate",
      engine: "native",
      T: 200,
      I: 256,
      H: 256,
      L: 2,
      V: 65,
    },
  ];
});

export const workloads = [...layers, ...fewerBits, ...kernelWorkloads];

const gates = { elman: 1, gru: 3, lstm: 4 };

/**
 * How much one iteration does, in the unit that its rate is given in: floating-point operations of the matrix products
 * (T·B·2·G·H·(I+H) per layer forwards, twice that again backwards), tokens, or the entries that a kernel goes through.
 */
export function work({ mode, kernel, cell, T, B, I, H, L, M = 1, N, K }) {
  if (kernel === "gemm") return { amount: 2 * M * N * K, unit: "FLOP" };
  if (kernel === "pack") return { amount: N * K, unit: "entries" };
  if (mode === "kernel") return { amount: H === undefined ? M * N : B * H, unit: "entries" };
  if (mode === "language-model" || mode === "generate") return { amount: T * B, unit: "tokens" };
  const forward = T * B * 2 * gates[cell] * H * (I + H + (L - 1) * 2 * H);
  return { amount: mode === "training" ? 3 * forward : forward, unit: "FLOP" };
}
