import { Tensor } from "../tensor.ts";

/** Whole numbers as numbers, in float32 on most backends; a tensor of numbers as it is. */
export function widened(x: Tensor): Tensor {
  if (!(x instanceof Tensor) || x.kind === "float") return x;
  const { device } = x;
  const y = new Tensor(device, device.allocate(x.size), x.shape);
  device.kernels.widen(x.offset, y.offset, x.size);
  return y;
}
