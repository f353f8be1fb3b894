// BitCast, BitShift, BitwiseAnd, BitwiseOr, BitwiseXor, BitwiseNot: the bits of whole numbers.
import { float32FromBfloat16, float32FromFloat16 } from "../../widened-floats.ts";
import { nameOfNumber, type OnnxType, TYPES, typeOfNumber } from "../data-types.ts";
import type { Action, NodeContext, Operator } from "../operator.ts";
import { describeValue, type OnnxValue, problem } from "../value.ts";
import { type Combine, combined, exact } from "./binary.ts";
import { halfOf } from "./making.ts";

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

/** The bytes of entries as a file has them, read as entries of another type. */
function prepareBitCast({ machine, attributes }: NodeContext): Action {
  const number = attributes.int("to", 0);
  const to = typeOfNumber(number);
  if (!to) throw problem(`attribute to is ${nameOfNumber(number)}, which is not supported`);
  return ([x]) => {
    const { type } = x!;
    const width = TYPES[type].fileBytes;
    if (width !== TYPES[to].fileBytes)
      throw problem(
        `x is ${describeValue(x!)}, needed entries of ${8 * TYPES[to].fileBytes} bits as ${to} has`,
      );
    const y = machine.make(to, x!.dims);
    machine.budget.take(width, () => "an entry's bytes");
    machine.budget.entries(CAST_STEPS * y.data.length);
    const view = new DataView(new ArrayBuffer(8));
    for (let index = 0; index < y.data.length; index++) {
      putEntry(view, type, x!.data[index]);
      y.data[index] = takeEntry(view, to);
    }
    return to === "int64" || to === "uint64" ? exact(y) : y;
  };
}

/** Steps that an entry's way through its bytes takes. */
const CAST_STEPS = 8;

function putEntry(view: DataView, type: OnnxType, entry: number): void {
  if (type === "float64") view.setFloat64(0, entry, true);
  else if (type === "int64" || type === "uint64") view.setBigInt64(0, BigInt(entry), true);
  else if (type === "float32" || type === "bfloat16") view.setFloat32(0, entry, true);
  else if (type === "float16") view.setUint16(0, halfOf(entry), true);
  else view.setInt32(0, entry, true);
  // The upper half of a float32 is a bfloat16.
  if (type === "bfloat16") view.setUint16(0, view.getUint16(2, true), true);
}

function takeEntry(view: DataView, type: OnnxType): number {
  switch (type) {
    case "float64":
      return view.getFloat64(0, true);
    case "int64":
      return Number(view.getBigInt64(0, true));
    case "uint64":
      return Number(view.getBigUint64(0, true));
    case "float32":
      return view.getFloat32(0, true);
    case "float16":
      return float32FromFloat16(Uint16Array.of(view.getUint16(0, true)))[0];
    case "bfloat16":
      return float32FromBfloat16(Uint16Array.of(view.getUint16(0, true)))[0];
    default:
      // Arrays of whole numbers keep the lower bits by themselves.
      return view.getInt32(0, true);
  }
}

export const bitOperators: Readonly<Record<string, Operator>> = {
  BitCast: { inputs: [1, 1], prepare: prepareBitCast },
  BitShift: { inputs: [2, 2], prepare: prepareBitShift },
  ...Object.fromEntries(
    Object.entries(BITWISE).map(([name, bits]): [string, Operator] => [
      name,
      { inputs: [2, 2], prepare: (node) => prepareBits(node, bits) },
    ]),
  ),
  BitwiseNot: { inputs: [1, 1], prepare: prepareBitwiseNot },
};
