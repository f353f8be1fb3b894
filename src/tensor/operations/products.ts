import { UnrolledError } from "../../errors.ts";
import type { Device } from "../device.ts";
import { narrowPack } from "../narrow-matrix.ts";
import type { Packed } from "../storage.ts";
import { record } from "../tape.ts";
import { shapeText, sizeOf, type Tensor } from "../tensor.ts";
import { tracer } from "../tracing.ts";
import { outputOf } from "./output.ts";
import { swapLastAxes } from "./shapes.ts";

/**
 * A [K, N] matrix in the backend's packed layout, made from `matrix`: as it stands ("plain", it is [K, N]) or transposed (it is
 * [N, K]). Kept beside the numbers and made again only when they have changed, so a parameter is packed once per training step.
 * A weight in fewer bits has such copies alone, and products find out from the copy.
 */
export function packed(matrix: Tensor, orientation: "plain" | "transposed"): number {
  const { device, storage } = matrix;
  if (storage.narrow) return narrowPack(matrix, orientation);
  const [rows, columns] = matrix.shape;
  const { offset } = matrix;
  let pack: Packed | undefined;
  for (const known of storage.packs) {
    if (known.orientation !== orientation || known.offset !== offset) continue;
    if (known.rows === rows && known.columns === columns) pack = known;
  }
  if (pack) pack.used = true;
  if (pack?.version === storage.version) return pack.storage.offset;
  const [k, n] = orientation === "plain" ? [rows, columns] : [columns, rows];
  if (!pack) {
    const room = device.allocateBeside(storage, device.kernels.packedSize(k, n));
    pack = { orientation, offset, rows, columns, storage: room, version: -1, used: true };
    storage.packs.push(pack);
  }
  // Another thread's copy is not this one's to make anew.
  if (pack.storage.borrowed) pack.storage = device.allocateLasting(pack.storage.elements);
  packEntries(device, pack);
  pack.version = storage.version;
  return pack.storage.offset;
}

/** Makes a packed copy anew from the matrix it belongs to. */
export function packEntries(device: Device, { orientation, offset, rows, columns, storage }: Packed): void {
  const [k, n, bRow, bCol] =
    orientation === "plain" ? [rows, columns, columns, 1] : [columns, rows, 1, columns];
  device.kernels.pack({ b: offset, bRow, bCol, packed: storage.offset, k, n });
}

/** C [m, n] ← C + Aᵀ·B for activations a [k, m], its rows `aRow` apart, and b [k, n]: the product that weight gradients are. */
export function addTransposedProduct(
  device: Device,
  a: number,
  m: number,
  b: number,
  n: number,
  k: number,
  c: number,
  aRow = m,
): void {
  const { kernels } = device;
  device.temporary(kernels.packedSize(k, n), (panels) => {
    kernels.pack({ b, packed: panels, k, n });
    kernels.gemm({ a, aRow: 1, aCol: aRow, packed: panels, c, m, n, k, accumulate: 1 });
  });
}

/**
 * y [..., N] = x [..., K] · weightᵀ + bias, with weight [N, K] as PyTorch's nn.Linear has it and bias [N] or none.
 *
 * @throws UnrolledError "shape-mismatch" for sizes that do not fit
 */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const [n, k] = weight.shape;
  if (weight.shape.length !== 2 || x.shape[x.shape.length - 1] !== k) {
    throw new UnrolledError("shape-mismatch", {
      call: "linear",
      problem: `input ${shapeText(x.shape)} does not end in ${k}, the columns of weight ${shapeText(weight.shape)}`,
    });
  }
  if (bias && bias.size !== n)
    throw new UnrolledError("shape-mismatch", {
      call: "linear",
      problem: `bias ${shapeText(bias.shape)} must have ${n} entries`,
    });
  const m = x.size / k;
  const y = outputOf([...x.shape.slice(0, -1), n], [x, weight, bias]);
  const { device } = y;
  const { kernels } = device;
  kernels.gemm({
    a: x.offset,
    packed: packed(weight, "transposed"),
    bias: bias?.offset ?? 0,
    c: y.offset,
    m,
    n,
    k,
  });
  tracer?.operation("linear", [x, weight, bias], y);
  if (y.requiresGrad) {
    const saved = [...(x.requiresGrad ? [weight] : []), ...(weight.requiresGrad ? [x] : [])];
    record([y], inputsOf(x, weight, bias), saved, () => {
      const dy = y.arrivedGradient();
      if (x.requiresGrad) {
        const dx = x.gradientSlot();
        kernels.gemm({
          a: dy,
          packed: packed(weight, "plain"),
          c: dx.offset,
          m,
          n: k,
          k: n,
          accumulate: dx.accumulate,
        });
      }
      if (weight.requiresGrad) addTransposedProduct(device, dy, n, x.offset, k, m, weight.gathered());
      if (bias?.requiresGrad) kernels.sumRows({ x: dy, sums: bias.gathered(), m, n });
    });
  }
  return y;
}

function inputsOf(...tensors: (Tensor | undefined)[]): Tensor[] {
  return tensors.filter((tensor) => tensor !== undefined);
}

/**
 * a [..., M, K] · b [K, N], or with b [..., K, N] of the same leading axes a product for each of them.
 *
 * @throws UnrolledError "shape-mismatch" for other sizes
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  return product(a, b, false);
}

/** a [..., M, K] · bᵀ for b [..., N, K]: `matmul(a, swapLastAxes(b))` without a transpose in the heap. Throws as `matmul` does. */
export function matmulTransposed(a: Tensor, b: Tensor): Tensor {
  return tracer ? matmul(a, swapLastAxes(b)) : product(a, b, true);
}

function product(a: Tensor, b: Tensor, transposed: boolean): Tensor {
  const k = a.shape[a.shape.length - 1];
  const [rows, columns] = b.shape.slice(-2);
  const [inner, n] = transposed ? [columns, rows] : [rows, columns];
  const lead = b.shape.slice(0, -2);
  const fits = b.shape.length >= 2 && inner === k && a.shape.length >= Math.max(2, b.shape.length);
  if (!fits || lead.some((length, axis) => length !== a.shape[axis])) {
    throw new UnrolledError("shape-mismatch", {
      call: "matmul",
      problem: `${shapeText(a.shape)} · ${shapeText([...lead, inner, n])}: the inner lengths must be equal, and leading axes too`,
    });
  }
  const products = sizeOf(lead);
  const m = a.size / k / products;
  const y = outputOf([...a.shape.slice(0, -1), n], [a, b]);
  const { device } = y;
  const { kernels } = device;
  const size = Math.max(kernels.packedSize(k, n), kernels.packedSize(n, k));
  const standing = { bRow: columns, bCol: 1 };
  const turned = { bRow: 1, bCol: columns };
  const [forward, back] = transposed ? [turned, standing] : [standing, turned];
  device.temporary(size, (panels) => {
    for (let index = 0; index < products; index++) {
      kernels.pack({ b: b.offset + index * k * n, ...forward, packed: panels, k, n });
      kernels.gemm({ a: a.offset + index * m * k, packed: panels, c: y.offset + index * m * n, m, n, k });
    }
  });
  tracer?.operation("matmul", [a, b], y);
  if (y.requiresGrad) {
    const saved = [...(a.requiresGrad ? [b] : []), ...(b.requiresGrad ? [a] : [])];
    record([y], [a, b], saved, () => {
      const dy = y.arrivedGradient();
      if (a.requiresGrad) {
        const da = a.gradientSlot();
        device.temporary(size, (panels) => {
          for (let index = 0; index < products; index++) {
            kernels.pack({ b: b.offset + index * k * n, ...back, packed: panels, k: n, n: k });
            kernels.gemm({
              a: dy + index * m * n,
              packed: panels,
              c: da.offset + index * m * k,
              m,
              n: k,
              k: n,
              accumulate: da.accumulate,
            });
          }
        });
      }
      if (b.requiresGrad) {
        const db = b.gathered();
        for (let index = 0; index < products; index++) {
          const [x, own] = [a.offset + index * m * k, db + index * k * n];
          const upper = dy + index * m * n;
          if (transposed) addTransposedProduct(device, upper, n, x, k, m, own);
          else addTransposedProduct(device, x, k, upper, n, m, own);
        }
      }
    });
  }
  return y;
}
