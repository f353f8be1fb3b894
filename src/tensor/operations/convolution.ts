// y[b, o, p] = bias[o] + Σ over channels c and kernel places k of weight[o, c, k]·x[b, c, stride·p + dilation·k − pad]
//
// The windows of x are laid out as rows (unfold), so that the sum is one matrix product with the weight, which is packed once:
//   patches [B·P, C·K] ← x    ys [B·P, O] ← patches·weightᵀ + bias    y [B, O, P] ← ys, transposed for each b
// Backward:
//   dys [B·P, O] ← dy    dweight += dysᵀ·patches    dpatches ← dys·weight    dx += dpatches, each entry where it came from (fold)
import { UnrolledError } from "../../errors.ts";
import { isWhole } from "../../whole-numbers.ts";
import type { Device } from "../device.ts";
import { record } from "../tape.ts";
import { shapeText, type Tensor } from "../tensor.ts";
import { tracer } from "../tracing.ts";
import { outputOf, viewOf } from "./output.ts";
import { packed } from "./products.ts";
import {
  patchOf,
  placesOf,
  spatialAxes,
  type Window,
  type WindowOptions,
  windowOver,
  withWindow,
} from "./window.ts";

/** How a convolution slides, and into how many groups its channels fall. */
export interface ConvolutionOptions extends WindowOptions {
  /** Groups of channels that do not see one another; 1 if not given. */
  readonly groups?: number;
}

/**
 * Convolution (in signal processing's words: correlation) of x [B, C, T] with weight [O, C/groups, K] and bias [O] or none, or of
 * x [B, C, height, width] with weight [O, C/groups, K, K]; PyTorch's and ONNX's layout.
 *
 * @throws UnrolledError "shape-mismatch" for weights, a bias or pads that do not fit x, "invalid-argument" for impossible options
 */
export function convolution(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: ConvolutionOptions = {},
): Tensor {
  const { groups = 1 } = options;
  const axes = spatialAxes("convolution", x.shape);
  const outputs = weight.shape[0];
  requireGroups("convolution", groups, x.shape[1], outputs);
  if (weight.shape.length !== axes + 2 || weight.shape[1] * groups !== x.shape[1]) {
    throw new UnrolledError("shape-mismatch", {
      call: "convolution",
      problem: `weight ${shapeText(weight.shape)} does not fit input ${shapeText(x.shape)} in ${groups} groups`,
    });
  }
  requireBias("convolution", bias, outputs);
  const window = windowOver("convolution", x.shape, groups, weight.shape.slice(2), options);
  const [places, patch, perGroup] = [placesOf(window), patchOf(window), outputs / groups];
  const imageSize = x.size / window.images;
  const y = outputOf([window.images, outputs, ...window.out.slice(2 - axes)], [x, weight, bias]);
  const { device } = y;
  const { kernels } = device;
  const weightOf = (group: number) => viewOf(weight, [perGroup, patch], group * perGroup * patch);

  eachPart(device, window, (part, first, patches) => {
    const rows = part.images * places;
    withWindow(device, part, (table) => kernels.unfold(x.offset + first * imageSize, table, 0, patches));
    const to = y.offset + first * outputs * places;
    rowsFirst(device, places, rows * outputs, to, (ys, turned) => {
      for (let group = 0; group < groups; group++) {
        const start = group * perGroup;
        const [from, by] = [patches + group * rows * patch, packed(weightOf(group), "transposed")];
        const added = bias ? bias.offset + start : 0;
        kernels.gemm({
          a: from,
          packed: by,
          bias: added,
          c: ys + start,
          cRow: outputs,
          m: rows,
          n: perGroup,
          k: patch,
        });
      }
      if (turned) kernels.transpose({ x: ys, y: to, count: part.images, m: places, n: outputs });
    });
  });
  tracer?.operation("convolution", [x, weight, bias], y, { ...options });
  if (!y.requiresGrad) return y;

  const inputs = [x, weight, ...(bias ? [bias] : [])];
  const saved = [...(x.requiresGrad ? [weight] : []), ...(weight.requiresGrad ? [x] : [])];
  record([y], inputs, saved, () => {
    const dbias = bias?.requiresGrad ? bias.gathered() : 0;
    const dweight = weight.requiresGrad ? weight.gathered() : 0;
    const dx = x.requiresGrad ? x.gathered() : 0;
    const whole = y.arrivedGradient();
    eachPart(device, window, (part, first, patches) => {
      const rows = part.images * places;
      const dy = whole + first * outputs * places;
      rowsFirst(device, places, rows * outputs, dy, (dys, turned) => {
        if (turned) kernels.transpose({ x: dy, y: dys, count: part.images, m: outputs, n: places });
        if (dbias) kernels.sumRows({ x: dys, sums: dbias, m: rows, n: outputs });
        withWindow(device, part, (table) => {
          if (dweight) {
            // Laid out again, since to keep the patches would take K times the room of x.
            kernels.unfold(x.offset + first * imageSize, table, 0, patches);
            device.temporary(kernels.packedSize(rows, patch), (panels) => {
              for (let group = 0; group < groups; group++) {
                const [from, to] = [dys + group * perGroup, dweight + group * perGroup * patch];
                kernels.pack({ b: patches + group * rows * patch, packed: panels, k: rows, n: patch });
                kernels.gemm({
                  a: from,
                  aRow: 1,
                  aCol: outputs,
                  packed: panels,
                  c: to,
                  m: perGroup,
                  n: patch,
                  k: rows,
                  accumulate: 1,
                });
              }
            });
          }
          if (!dx) return;
          for (let group = 0; group < groups; group++) {
            const [from, to] = [dys + group * perGroup, patches + group * rows * patch];
            const by = packed(weightOf(group), "plain");
            kernels.gemm({ a: from, aRow: outputs, packed: by, c: to, m: rows, n: patch, k: perGroup });
          }
          kernels.fold(patches, table, dx + first * imageSize);
        });
      });
    });
  });
  return y;
}

/** Entries of patches that are laid out at a time, few enough for the second-level cache. */
const PART_ENTRIES = 1 << 18;

/** Goes through the images of a window, as many at a time as the cache holds the patches of; `patches` is room for these. */
function eachPart(
  device: Device,
  window: Window,
  body: (part: Window, first: number, patches: number) => void,
): void {
  const entries = window.groups * placesOf(window) * patchOf(window);
  const most = Math.min(window.images, Math.max(1, Math.floor(PART_ENTRIES / entries)));
  device.temporary(most * entries, (patches) => {
    for (let first = 0; first < window.images; first += most) {
      const images = Math.min(most, window.images - first);
      body(images === window.images ? window : { ...window, images }, first, patches);
    }
  });
}

/** Room for an image's places as rows. One place alone is a row as it stands, at `offset`, and need not be turned. */
export function rowsFirst(
  device: Device,
  places: number,
  size: number,
  offset: number,
  body: (rows: number, turned: boolean) => void,
): void {
  if (places === 1) body(offset, false);
  else device.temporary(size, (rows) => body(rows, true));
}

/** An error unless both counts of channels are multiples of `groups`. */
export function requireGroups(call: string, groups: number, inputs: number, outputs: number): void {
  if (isWhole(groups, 1) && inputs % groups === 0 && outputs % groups === 0) return;
  throw new UnrolledError("invalid-argument", {
    call,
    subject: "groups",
    got: `${groups}`,
    needed: `a divisor of ${inputs} input channels and ${outputs} output channels`,
  });
}

/** An error unless there is no bias, or one with an entry for each output channel. */
export function requireBias(call: string, bias: Tensor | undefined, outputs: number): void {
  if (!bias || bias.size === outputs) return;
  throw new UnrolledError("shape-mismatch", {
    call,
    problem: `bias ${shapeText(bias.shape)} must have ${outputs} entries`,
  });
}
