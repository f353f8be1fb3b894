import { Tensor } from "unrolled";
import type { World } from "./world.ts";

/** A name of the public surface, and a way to call it. */
export interface Entry {
  readonly name: string;
  /** Operands, made up now. What it makes itself that could go wrong belongs in `call`. */
  operands(world: World): readonly unknown[];
  // biome-ignore lint/suspicious/noExplicitAny: operands may be of any type, and wrong on purpose
  call(...operands: any[]): unknown;
}

/** One way to call a name. */
export function entry(name: string, operands: Entry["operands"], call: Entry["call"]): Entry {
  return { name, operands, call };
}

/** An operand as a report shows it. Numbers of tensors are left out: they are drawn, or were worked out. */
export function shown(value: unknown, world: World, depth = 0): string {
  if (value instanceof Tensor) {
    const where = world.freed.has(value) ? " freed" : value.device === world.other ? " elsewhere" : "";
    return `${value.constructor.name === "Tensor" ? value.kind : value.constructor.name}[${value.shape}]${where}`;
  }
  if (ArrayBuffer.isView(value) || (Array.isArray(value) && value.length > 12))
    return `${value.constructor.name}(${(value as unknown as ArrayLike<unknown>).length})`;
  if (typeof value !== "object" || value === null) {
    if (typeof value === "function") return "function";
    return typeof value === "string"
      ? JSON.stringify(value)
      : String(value) + (typeof value === "bigint" ? "n" : "");
  }
  if (depth > 2) return "…";
  if (Array.isArray(value)) return `[${value.map((each) => shown(each, world, depth + 1)).join(", ")}]`;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value.constructor?.name ?? "object";
  const fields = Object.entries(value).map(([name, each]) => `${name}: ${shown(each, world, depth + 1)}`);
  return `{ ${fields.join(", ")} }`;
}
