// A private field (#name) cannot be looked into from outside, so a module in one is neither trained nor saved, and no walk can tell. But
// its parameters get gradients while an optimiser changes others of the same model, and that can be told.
import { UnrolledError } from "../errors.ts";
import type { Device } from "../tensor/device.ts";
import { shapeText, type Tensor } from "../tensor/tensor.ts";

/** What is known of where a parameter belongs. */
export interface Listed extends Tensor {
  /** Its place among all modules and parameters in the order in which they were made. */
  readonly madeAt: number;
  /** `madeAt` of the first module that listed it; undefined before. */
  readonly listedFrom: number | undefined;
}

let made = 0;

/** The next place in the order in which modules and parameters are made. */
export function nextMade(): number {
  made += 1;
  return made;
}

/** Those of each device that had a gradient before any module had listed them. */
const strays = new WeakMap<Device, WeakRef<Listed>[]>();

/** To be told of a parameter that gets a gradient while no module has listed it, once. */
export function noteStray(parameter: Listed): void {
  const { device } = parameter;
  const known = strays.get(device);
  if (known) known.push(new WeakRef(parameter));
  else strays.set(device, [new WeakRef(parameter)]);
}

function isListed(tensor: Tensor): tensor is Listed {
  return "madeAt" in tensor;
}

/**
 * An error if a parameter was made after the module that an optimiser's parameters belong to, has a gradient, and is listed by
 * nobody. What was made before, a layer that is deliberately not trained for instance, is none of this model's.
 */
export function refuseStrays(call: string, optimised: readonly Tensor[]): void {
  const found = strays.get(optimised[0].device);
  if (!found) return;
  const own = new Set(optimised);
  let first = Number.POSITIVE_INFINITY;
  for (const parameter of optimised) {
    const listedFrom = isListed(parameter) ? parameter.listedFrom : undefined;
    if (listedFrom !== undefined) first = Math.min(first, listedFrom);
  }
  for (const each of found) {
    const stray = each.deref();
    if (!stray || stray.listedFrom !== undefined || own.has(stray) || stray.madeAt < first) continue;
    if (!stray.requiresGrad || stray.arrivedGradient() === 0) continue;
    throw new UnrolledError("invalid-argument", {
      call,
      problem: `a parameter of shape ${shapeText(stray.shape)} has a gradient, but no module lists it, so it is neither trained nor saved; its module may stand in a private field (#name): keep it in a property, an array or a Map, or freeze it if it is not to be trained`,
    });
  }
}
