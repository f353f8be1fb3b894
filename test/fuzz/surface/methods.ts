import type { World } from "./world.ts";

/** What goes on by itself, or ends what other calls need. */
const LEFT_OUT = new Set(["constructor", "forgetHistorySince"]);
const NUMBERS = [0, 1, -1, 0.5, Number.NaN, 2 ** 31, 2 ** 33, 2 ** 53, -(2 ** 33)];

/** A method of something that calls have made, called with anything: numbers, tensors, lists and what has no business there. */
export interface WildCall {
  readonly target: object;
  readonly method: string;
  readonly operands: readonly unknown[];
}

/** Makes one up; none while nothing has been made that has methods. */
export function wildCall(world: World): WildCall | undefined {
  const targets = [...world.objects, ...world.tensors.slice(0, 2)];
  if (targets.length === 0) return undefined;
  const target = world.pick(targets);
  const methods = methodsOf(target);
  if (methods.length === 0) return undefined;
  const anything = (): unknown => {
    switch (world.random.integer(6)) {
      case 0:
        return world.anything();
      case 1:
        return [world.pick(NUMBERS), world.pick(NUMBERS)];
      case 2:
        return { index: 0, from: world.pick(NUMBERS), to: world.pick(NUMBERS) };
      case 3:
        return world.fresh(world.shape(), world.pick([world.device, world.other]));
      default:
        return world.pick(NUMBERS);
    }
  };
  world.wild = true;
  return {
    target,
    method: world.pick(methods),
    operands: Array.from({ length: world.random.integer(4) }, anything),
  };
}

/** The names of what can be called on an object of the library, found as a program in JavaScript would find them. */
function methodsOf(target: object): string[] {
  const names = new Set<string>();
  for (
    let level = Object.getPrototypeOf(target);
    level && level !== Object.prototype;
    level = Object.getPrototypeOf(level)
  ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(level)))
      if (typeof value === "function" && !LEFT_OUT.has(name)) names.add(name);
  }
  return [...names].sort();
}
