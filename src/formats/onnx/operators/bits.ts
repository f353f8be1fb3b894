// BitShift, BitwiseAnd, BitwiseOr, BitwiseXor, BitwiseNot: the bits of whole numbers.
import { TYPES } from "../data-types.ts";
import type { Action, NodeContext, Operator } from "../operator.ts";
import { describeValue, type OnnxValue, problem } from "../value.ts";
import { type Combine, combined, exact } from "./binary.ts";

/** 64 bits go through bigints, since bitwise operators of numbers have 32. */
interface Bits {
  readonly narrow: Combine;
  readonly wide: (a: bigint, b: bigint) => bigint;
}

const BITWISE: Readonly<Record<string, Bits>> = {
  BitwiseAnd: { narrow: (a, b) => a & b, wide: (a, b) => a & b },
  BitwiseOr: { narrow: (a, b) => a | b, wide: (a, b) => a | b },
  BitwiseXor: { narrow: (a, b) => a ^ b, wide: (a, b) => a ^ b },
};

/** A shift by all bits or more leaves none. */
const SHIFTS: Readonly<Record<"LEFT" | "RIGHT", Bits>> = {
  LEFT: { narrow: (a, b) => (b > 31 ? 0 : a << b), wide: (a, b) => (b > 63n ? 0n : a << b) },
  RIGHT: { narrow: (a, b) => (b > 31 ? 0 : a >>> b), wide: (a, b) => (b > 63n ? 0n : a >> b) },
};

function prepareBits({ machine }: NodeContext, { narrow, wide }: Bits, unsignedOnly = false): Action {
  return ([a, b]) => {
    const { type } = a!;
    if (b!.type !== type) {
      throw problem(`${describeValue(a!)} and ${describeValue(b!)} are of different types`);
    }
    if (TYPES[type].kind !== "integer" || (unsignedOnly && !type.startsWith("u"))) {
      throw problem(`${describeValue(a!)}, needed ${unsignedOnly ? "unsigned " : ""}whole numbers`);
    }
    if (type !== "int64" && type !== "uint64") return combined(machine, type, a!, b!, narrow);
    const cut = type === "int64" ? BigInt.asIntN : BigInt.asUintN;
    return exact(combined(machine, type, a!, b!, (x, y) => Number(cut(64, wide(BigInt(x), BigInt(y))))));
  };
}

function prepareBitShift(node: NodeContext): Action {
  const direction = node.attributes.choice("direction", ["LEFT", "RIGHT", ""], "");
  if (direction === "") throw problem("attribute direction is missing");
  return prepareBits(node, SHIFTS[direction], true);
}

function prepareBitwiseNot({ machine }: NodeContext): Action {
  return ([x]) => {
    if (TYPES[x!.type].kind !== "integer") throw problem(`x is ${describeValue(x!)}, needed whole numbers`);
    const y: OnnxValue = machine.make(x!.type, x!.dims);
    const all = x!.type === "uint64" ? 2 ** 64 - 1 : -1;
    for (let index = 0; index < y.data.length; index++) y.data[index] = all - x!.data[index];
    return x!.type === "uint64" ? exact(y) : y;
  };
}

export const bitOperators: Readonly<Record<string, Operator>> = {
  BitShift: { inputs: [2, 2], prepare: prepareBitShift },
  ...Object.fromEntries(
    Object.entries(BITWISE).map(([name, bits]): [string, Operator] => [
      name,
      { inputs: [2, 2], prepare: (node) => prepareBits(node, bits) },
    ]),
  ),
  BitwiseNot: { inputs: [1, 1], prepare: prepareBitwiseNot },
};
