import { Tensor } from "../tensor/tensor.ts";

/** Of each of N rows of logits [..., V] its `count` likeliest classes: falling, of equal ones the lower first; both arrays are [N·count]. */
export function likeliest(logits: Tensor, count: number) {
  const { device, shape, size, offset } = logits;
  const n = shape[shape.length - 1];
  const m = size / n;
  const logs = new Tensor(device, device.allocate(m * count), [m, count]);
  const places = new Tensor(device, device.allocate(m * count), [m, count], { kind: "int" });
  device.kernels.likeliest({ x: offset, logs: logs.offset, places: places.offset, m, n, count });
  return { logProbabilities: logs.read(), tokens: Int32Array.from(places.read()) };
}
