// What belongs to a module: it is found in the properties and named after them, and what would not be found is an error.
import { UnrolledError } from "../errors.ts";
import { DropoutPlace } from "./dropout-place.ts";
import { ModuleBuffer, Parameter } from "./parameter.ts";

type Leaf = Parameter | ModuleBuffer | DropoutPlace;

/**
 * Visits a module and all that stands in it: in properties, arrays and Maps. What stands in two places, a child's way back to its
 * parent for instance, is visited once.
 *
 * @throws UnrolledError "invalid-argument" for what stands in a plain object, a Set or another class's instance alone
 */
export function eachPart<Module extends object>(
  root: Module,
  isModule: (value: unknown) => value is Module,
  visit: (name: string, part: Module | Leaf) => void,
): void {
  const seen = new Set<unknown>();
  const others: { readonly name: string; readonly value: object }[] = [];
  const walk = (value: unknown, name: string) => {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    const inside = (key: unknown) => (name ? `${name}.${String(key)}` : String(key));
    if (isLeaf(value)) visit(name, value);
    else if (isModule(value)) {
      visit(name, value);
      for (const [key, inner] of Object.entries(value)) {
        // A recurrent layer keeps its parameters in a Map under their PyTorch names, which stand directly below the layer's own.
        if (inner instanceof Map) for (const [id, each] of inner) walk(each, inside(id));
        else walk(inner, inside(key));
      }
    } else if (Array.isArray(value)) for (const [index, inner] of value.entries()) walk(inner, inside(index));
    else if (value instanceof Map) for (const [id, inner] of value) walk(inner, inside(id));
    else if (!ArrayBuffer.isView(value)) others.push({ name, value });
  };
  walk(root, "");
  for (const { name, value } of others) {
    const lost = lostIn(value, name, seen, isModule);
    if (lost === undefined) continue;
    throw new UnrolledError("invalid-argument", {
      call: root.constructor.name,
      problem: `${name} is ${kindOf(value)} that holds modules or parameters (${lost}), where they are not found and would be neither trained nor saved; keep them in properties, arrays or Maps`,
    });
  }
}

/** The name of a part that was not found elsewhere, in plain objects, Sets, arrays and Maps to any depth, in other objects to one. */
function lostIn(
  holder: object,
  name: string,
  seen: Set<unknown>,
  isModule: (value: unknown) => boolean,
): string | undefined {
  const looksDeeper = isPlain(holder) || isCollection(holder);
  for (const [key, value] of entriesOf(holder)) {
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || seen.has(value)) continue;
    const at = `${name}.${String(key)}`;
    if (isLeaf(value) || isModule(value)) return at;
    if (!looksDeeper && !isCollection(value)) continue;
    seen.add(value);
    const lost = lostIn(value, at, seen, isModule);
    if (lost !== undefined) return lost;
  }
  return undefined;
}

function entriesOf(holder: object): Iterable<readonly [unknown, unknown]> {
  if (holder instanceof Map) return holder;
  return holder instanceof Set ? [...holder].entries() : Object.entries(holder);
}

function isCollection(value: object): boolean {
  return Array.isArray(value) || value instanceof Map || value instanceof Set;
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function isLeaf(value: unknown): value is Leaf {
  return value instanceof Parameter || value instanceof ModuleBuffer || value instanceof DropoutPlace;
}

function kindOf(value: object): string {
  if (value instanceof Set) return "a Set";
  return isPlain(value) ? "a plain object" : `an object of class ${value.constructor?.name ?? "unknown"}`;
}
