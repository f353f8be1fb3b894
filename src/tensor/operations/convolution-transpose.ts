// The transpose of a convolution (Zeiler et al. 2010), which spreads each entry of x by the kernel:
//   xs [B·P, C] ← x, transposed for each b    patches [B·P, O·K] ← xs·weight    y ← bias + patches, each where it belongs (fold)
// Backward:
//   dpatches ← dy (unfold)    dweight += xsᵀ·dpatches    dxs ← dpatches·weightᵀ    dbias += Σ dy
import { UnrolledError } from "../../errors.ts";
import { isWhole } from "../../whole-numbers.ts";
import { record } from "../tape.ts";
import { shapeText, type Tensor } from "../tensor.ts";
import { type ConvolutionOptions, requireBias, requireGroups, rowsFirst } from "./convolution.ts";
import { outputOf, viewOf } from "./output.ts";
import { packed } from "./products.ts";
import { checkedWindow, patchOf, placesOf, spatialAxes, twoAxes, windowOver, withWindow } from "./window.ts";

/** How a transposed convolution slides. `pads` are entries taken away from around the result. */
export interface ConvolutionTransposeOptions extends ConvolutionOptions {
  /** Entries that the result has more at the end of each axis; 0 if not given. */
  readonly outputPads?: readonly number[];
}

/**
 * Transposed convolution of x [B, C, T] with weight [C, O/groups, K] and bias [O] or none, to [B, O, (T − 1)·stride − pads +
 * dilation·(K − 1) + outputPad + 1], or over two axes likewise; PyTorch's and ONNX's layout. Throws as `convolution` does.
 */
export function convolutionTranspose(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: ConvolutionTransposeOptions = {},
): Tensor {
  const call = "convolutionTranspose";
  const { groups = 1 } = options;
  const axes = spatialAxes(call, x.shape);
  const [images, channels] = x.shape;
  if (weight.shape.length !== axes + 2 || weight.shape[0] !== channels) {
    throw new UnrolledError("shape-mismatch", {
      call,
      problem: `weight ${shapeText(weight.shape)} does not fit input ${shapeText(x.shape)}`,
    });
  }
  const outputs = weight.shape[1] * groups;
  requireGroups(call, groups, channels, outputs);
  requireBias(call, bias, outputs);
  const shape = [images, outputs, ...outputLengths(call, x.shape, weight.shape.slice(2), options)];
  // The window of the convolution that this is the transpose of, which has a place for each entry of x.
  const window = {
    ...windowOver(call, shape, groups, weight.shape.slice(2), options),
    out: twoAxes(x.shape.slice(2), 1),
  };
  const [places, patch, perGroup] = [placesOf(window), patchOf(window), channels / groups];
  const [rows, outPlaces] = [images * places, window.size[0] * window.size[1]];
  const y = outputOf(shape, [x, weight, bias]);
  const { device } = y;
  const { kernels } = device;
  const weightOf = (group: number) => viewOf(weight, [perGroup, patch], group * perGroup * patch);
  const withRows = (body: (xs: number) => void) =>
    rowsFirst(device, places, x.size, x.offset, (xs, turned) => {
      if (turned) kernels.transpose({ x: x.offset, y: xs, count: images, m: channels, n: places });
      body(xs);
    });

  kernels.fill(y.offset, 0, y.size);
  device.temporary(groups * rows * patch, (patches) => {
    withRows((xs) => {
      for (let group = 0; group < groups; group++) {
        const [from, to] = [xs + group * perGroup, patches + group * rows * patch];
        const by = packed(weightOf(group), "plain");
        kernels.gemm({ a: from, aRow: channels, packed: by, c: to, m: rows, n: patch, k: perGroup });
      }
    });
    withWindow(device, window, (table) => kernels.fold(patches, table, y.offset));
  });
  for (let image = 0; bias && image < images; image++) {
    const at = y.offset + image * outputs * outPlaces;
    kernels.binary({
      operation: 0,
      a: at,
      b: bias.offset,
      bRow: 1,
      bCol: 0,
      y: at,
      m: outputs,
      n: outPlaces,
    });
  }
  if (!y.requiresGrad) return y;

  const inputs = [x, weight, ...(bias ? [bias] : [])];
  const saved = [...(x.requiresGrad ? [weight] : []), ...(weight.requiresGrad ? [x] : [])];
  record([y], inputs, saved, () => {
    const dy = y.arrivedGradient();
    if (bias?.requiresGrad) {
      const dbias = bias.gathered();
      for (let image = 0; image < images; image++)
        kernels.sumColumns({ x: dy + image * outputs * outPlaces, sums: dbias, m: outputs, n: outPlaces });
    }
    if (!x.requiresGrad && !weight.requiresGrad) return;
    device.temporary(groups * rows * patch, (dpatches) => {
      withWindow(device, window, (table) => kernels.unfold(dy, table, 0, dpatches));
      if (weight.requiresGrad) {
        const dweight = weight.gathered();
        const panelSize = kernels.packedSize(rows, patch);
        withRows((xs) =>
          device.temporary(panelSize, (panels) => {
            for (let group = 0; group < groups; group++) {
              const [from, to] = [xs + group * perGroup, dweight + group * perGroup * patch];
              kernels.pack({ b: dpatches + group * rows * patch, packed: panels, k: rows, n: patch });
              kernels.gemm({
                a: from,
                aRow: 1,
                aCol: channels,
                packed: panels,
                c: to,
                m: perGroup,
                n: patch,
                k: rows,
                accumulate: 1,
              });
            }
          }),
        );
      }
      if (!x.requiresGrad) return;
      const dx = x.gathered();
      device.temporary(x.size, (dxs) => {
        for (let group = 0; group < groups; group++) {
          const [from, to] = [dpatches + group * rows * patch, dxs + group * perGroup];
          const by = packed(weightOf(group), "transposed");
          kernels.gemm({ a: from, packed: by, c: to, cRow: channels, m: rows, n: perGroup, k: patch });
        }
        kernels.transpose({ x: dxs, y: dx, count: images, m: places, n: channels, accumulate: 1 });
      });
    });
  });
  return y;
}

function outputLengths(
  call: string,
  shape: readonly number[],
  kernel: readonly number[],
  options: ConvolutionTransposeOptions,
): number[] {
  const axes = kernel.length;
  const { strides, pads, dilations } = checkedWindow(call, axes, kernel, options);
  const { outputPads = new Array<number>(axes).fill(0) } = options;
  const fits = (pad: number, axis: number) => isWhole(pad, 0, Math.max(strides[axis], dilations[axis]) - 1);
  if (outputPads.length !== axes || !outputPads.every(fits)) {
    throw new UnrolledError("invalid-argument", {
      call,
      subject: "outputPads",
      got: shapeText(outputPads),
      needed: `${axes} whole numbers from 0 to below the stride or the dilation`,
    });
  }
  return kernel.map((length, axis) => {
    const whole = (shape[2 + axis] - 1) * strides[axis] + dilations[axis] * (length - 1) + 1;
    const rest = whole - pads[axis] - pads[axes + axis] + outputPads[axis];
    if (rest >= 1) return rest;
    throw new UnrolledError("shape-mismatch", {
      call,
      problem: `pads ${shapeText(pads)} leave nothing of axis ${2 + axis}, which would be ${whole} long`,
    });
  });
}
