// ValueInfoProto of onnx.proto: the name, type and shape of a graph's input or output.
import { nameOfNumber, type OnnxType, typeOfNumber } from "./data-types.ts";
import type { MessageReader } from "./message-reader.ts";

/** What a graph says of a value: lengths of axes are numbers, or names where they may vary, or null where nothing is said. */
export interface ValueInfo {
  readonly name: string;
  /** Undefined where the file says nothing of it. */
  readonly type: OnnxType | undefined;
  /** A type that cannot be computed with, in words. */
  readonly otherType: string | undefined;
  /** Undefined where even the number of axes is not said. */
  readonly dims: readonly (number | string | null)[] | undefined;
}

const OTHER_KINDS: Readonly<Record<number, string>> = {
  4: "sequence",
  5: "map",
  8: "sparse tensor",
  9: "optional",
};

export function readValueInfo(message: MessageReader): ValueInfo {
  const info: { type?: OnnxType; otherType?: string; dims?: (number | string | null)[] } = {};
  let name = "";
  for (let field = message.next(); field; field = message.next()) {
    if (field === 1) name = message.string("a value's name");
    else if (field === 2) readType(message.message("a value's type"), info);
    else message.skip();
  }
  return { name, type: info.type, otherType: info.otherType, dims: info.dims };
}

function readType(
  message: MessageReader,
  info: { type?: OnnxType; otherType?: string; dims?: (number | string | null)[] },
): void {
  for (let field = message.next(); field; field = message.next()) {
    if (field !== 1) {
      if (OTHER_KINDS[field]) info.otherType = OTHER_KINDS[field];
      message.skip();
      continue;
    }
    const tensor = message.message("a value's tensor type");
    for (let inner = tensor.next(); inner; inner = tensor.next()) {
      if (inner === 1) {
        const number = tensor.whole("a value's elem_type");
        const type = typeOfNumber(number);
        if (type) info.type = type;
        else if (number !== 0) info.otherType = nameOfNumber(number);
      } else if (inner === 2) info.dims = readDims(tensor.message("a value's shape"));
      else tensor.skip();
    }
  }
}

function readDims(message: MessageReader): (number | string | null)[] {
  const dims: (number | string | null)[] = [];
  for (let field = message.next(); field; field = message.next()) {
    if (field !== 1) {
      message.skip();
      continue;
    }
    const dim = message.message("a dimension");
    let length: number | string | null = null;
    for (let inner = dim.next(); inner; inner = dim.next()) {
      if (inner === 1) length = dim.whole("a dimension's length");
      else if (inner === 2) length = dim.string("a dimension's name");
      else dim.skip();
    }
    // A length of −1 or an empty name is how some writers say that nothing is known.
    dims.push(length === "" || (typeof length === "number" && length < 0) ? null : length);
  }
  return dims;
}
