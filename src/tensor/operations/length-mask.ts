import { UnrolledError } from "../../errors.ts";
import { isWhole, requireLengths } from "../../whole-numbers.ts";
import { deviceOn, type OnDevice } from "../on-device.ts";
import { Tensor } from "../tensor.ts";
import { toldNumbers } from "../tracing.ts";

/**
 * Which steps of B sequences there are, [T, B]: 1 up to the end of each, 0 behind it. T is `steps`, or the longest length if not given. The
 * mask stands on a device, which may be named by any tensor or module on it. A transpose of it is [B, T].
 *
 * @throws UnrolledError "invalid-argument" without lengths, "shape-mismatch" for lengths that are not from 1 to T
 */
export function lengthMask(
  on: OnDevice,
  lengths: readonly number[],
  steps: number = Math.max(...lengths),
): Tensor {
  const batch = lengths.length;
  if (batch === 0 || !isWhole(steps, 1)) {
    throw new UnrolledError("invalid-argument", {
      call: "lengthMask",
      problem: `there are ${batch} lengths and ${steps} steps, needed one or more of each`,
    });
  }
  requireLengths("lengthMask", lengths, batch, steps);
  const device = deviceOn("lengthMask", on);
  // The place comes first: where there is no room for so many steps, the device says so.
  const mask = new Tensor(device, device.allocate(steps * batch), [steps, batch]);
  const numbers = new Float32Array(steps * batch);
  for (let t = 0; t < steps; t++)
    for (let b = 0; b < batch; b++) numbers[t * batch + b] = t < lengths[b] ? 1 : 0;
  return toldNumbers(mask.assign(numbers));
}
