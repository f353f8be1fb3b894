/**
 * One kernel on numbers in ±1 as an iteration; `device` needs only `heap` and `kernels`. Kernels that write over what they
 * read get it back before every call: gradients of gradients of gradients would become subnormal numbers and cost more.
 */
export function prepareKernel({ heap, kernels }, workload) {
  const restored = [];
  const filled = (length) => {
    const offset = heap.allocate(length);
    const numbers = Float32Array.from({ length }, (_, i) => (((i * 7919) % 2000) - 1000) / 1000);
    heap.floats().set(numbers, offset);
    restored.push({ offset, numbers });
    return offset;
  };
  const prepare = kernelsByName[workload.kernel];
  if (prepare === undefined) throw new Error(`unrolled: no kernel ${workload.kernel} in this benchmark`);
  const iterate = prepare(kernels, filled, workload, heap);
  if (!/^(lstm|gru|elman)/.test(workload.kernel)) return iterate;
  const before = () => {
    for (const { offset, numbers } of restored) heap.floats().set(numbers, offset);
  };
  return { before, iterate };
}

const kernelsByName = {
  gemm(kernels, filled, { M, N, K, transposed }) {
    const [a, b, c] = [filled(M * K), filled(K * N), filled(M * N)];
    const packed = filled(kernels.packedSize(K, N));
    kernels.pack({ b, packed, k: K, n: N });
    const [aRow, aCol] = transposed ? [1, M] : [K, 1];
    return () => void kernels.gemm({ a, aRow, aCol, packed, c, m: M, n: N, k: K });
  },

  pack(kernels, filled, { N, K }) {
    const [b, packed] = [filled(K * N), filled(kernels.packedSize(K, N))];
    return () => void kernels.pack({ b, packed, k: K, n: N });
  },

  lstmForward(kernels, filled, { B, H }) {
    const [gates, cPrevious, c, hPrevious, h] = [4, 1, 1, 1, 1].map((width) => filled(width * B * H));
    return () => void kernels.lstmForward(gates, cPrevious, c, hPrevious, h, 0, 0, B, H);
  },

  lstmBackward(kernels, filled, { B, H }) {
    const [gates, cPrevious, c, dy, dh, dc] = [4, 1, 1, 1, 1, 1].map((width) => filled(width * B * H));
    return () => void kernels.lstmBackward(gates, cPrevious, c, dy, dh, dc, 0, 0, B, H);
  },

  gruForward(kernels, filled, { B, H }) {
    const [gatesX, gatesH, hPrevious, h] = [3, 3, 1, 1].map((width) => filled(width * B * H));
    return () => void kernels.gruForward(gatesX, gatesH, hPrevious, h, 0, 0, B, H);
  },

  gruBackward(kernels, filled, { B, H }) {
    const [gatesX, gatesH, hPrevious, dy, dh] = [3, 3, 1, 1, 1].map((width) => filled(width * B * H));
    return () => void kernels.gruBackward(gatesX, gatesH, hPrevious, dy, dh, 0, 0, B, H);
  },

  elmanForward(kernels, filled, { B, H }) {
    const [sums, hPrevious, h] = [1, 1, 1].map(() => filled(B * H));
    return () => void kernels.elmanForward(2, sums, hPrevious, h, 0, 0, B, H);
  },

  elmanBackward(kernels, filled, { B, H }) {
    const [h, dsums, dy, dh] = [1, 1, 1, 1].map(() => filled(B * H));
    return () => void kernels.elmanBackward(2, h, dsums, dy, dh, 0, 0, B, H);
  },

  softmax(kernels, filled, { M, N }) {
    const [x, y] = [filled(M * N), filled(M * N)];
    return () => void kernels.softmax({ x, y, m: M, n: N, logarithm: 0 });
  },

  crossEntropy(kernels, filled, { M, N }, heap) {
    const [logits, targets, losses, logSums] = [filled(M * N), heap.allocate(M), filled(M), filled(M)];
    const ints = heap.ints();
    for (let i = 0; i < M; i++) ints[targets + i] = (i * 31) % N;
    return () =>
      void kernels.crossEntropy({
        logits,
        targets,
        losses,
        logSums,
        ignoreIndex: -100,
        smoothing: 0,
        m: M,
        n: N,
      });
  },

  adam(kernels, filled, { N }) {
    const [w, g, mean, square] = [filled(N), filled(N), filled(N), filled(N)];
    kernels.fill(square, 1, N);
    return () =>
      void kernels.adam({
        w,
        g,
        mean,
        square,
        learningRate: 1e-3,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        weightDecay: 0.01,
        decoupled: 1,
        correction1: 0.1,
        correction2: 0.001,
        n: N,
      });
  },

  tanh(kernels, filled, { N }) {
    const [x, y] = [filled(N), filled(N)];
    return () => void kernels.unary(2, x, y, N);
  },
};
