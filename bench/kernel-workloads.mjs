const products = [
  { what: "input", M: 2048, N: 1024, K: 128 },
  { what: "recurrent", M: 32, N: 1024, K: 256 },
  { what: "recurrent-512", M: 64, N: 2048, K: 512 },
  { what: "gradient", M: 1024, N: 256, K: 2048, transposed: true },
  { what: "batch-1", M: 1, N: 2048, K: 512 },
];

const cellKernels = [
  "lstmForward",
  "lstmBackward",
  "gruForward",
  "gruBackward",
  "elmanForward",
  "elmanBackward",
];

const otherKernels = [
  { kernel: "pack", N: 1024, K: 256 },
  ...cellKernels.map((kernel) => ({ kernel, B: 32, H: 256 })),
  { kernel: "softmax", M: 2500, N: 65 },
  { kernel: "crossEntropy", M: 2500, N: 65 },
  { kernel: "adam", N: 200000 },
  { kernel: "tanh", N: 100000 },
];

/** One call of each kernel, at the sizes it has inside layers. */
export const kernelWorkloads = ["native", "wasm"].flatMap((engine) => {
  const common = { mode: "kernel", engine, goals: {} };
  const prefix = engine === "wasm" ? "wasm-kernel" : "kernel";
  return [
    ...products.map(({ what, ...sizes }) => ({
      ...common,
      name: `${prefix}-gemm-${what}`,
      kernel: "gemm",
      ...sizes,
    })),
    ...otherKernels.map((one) => ({ ...common, name: `${prefix}-${one.kernel}`, ...one })),
  ];
});
