// The wire format of protocol buffers (https://protobuf.dev/programming-guides/encoding/): a message is a sequence of fields,
// each a tag, (number << 3) | wire type, and a value. Only what event files and ONNX need.
const VARINT = 0;
const DOUBLE = 1;
const BYTES = 2;
const FLOAT = 5;

/** One field of a message, ready to be joined with others. */
export type Field = Uint8Array;

/** A whole number of 0 or more. */
export function wholeField(number: number, value: number): Field {
  return joined([varint((number << 3) | VARINT), varint(value)]);
}

/** A whole number of 64 bits, which takes ten bytes where it is below 0. */
export function signedField(number: number, value: number): Field {
  if (value >= 0) return wholeField(number, value);
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return joined([varint((number << 3) | VARINT), Uint8Array.from([...bytes, Number(rest)])]);
}

export function doubleField(number: number, value: number): Field {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return joined([varint((number << 3) | DOUBLE), bytes]);
}

export function floatField(number: number, value: number): Field {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return joined([varint((number << 3) | FLOAT), bytes]);
}

export function textField(number: number, text: string): Field {
  return bytesField(number, new TextEncoder().encode(text));
}

export function messageField(number: number, ...fields: readonly Field[]): Field {
  return bytesField(number, joined(fields));
}

/** A message of its own, or the fields of one. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/**
 * The value of a message's last whole-number field of that number; 0, the format's default, where there is none or where the
 * message is not well formed.
 */
export function readWholeField(message: Uint8Array, number: number): number {
  let found = 0;
  for (let offset = 0; offset < message.length; ) {
    const tag = readVarint(message, offset);
    offset = tag.end;
    switch (tag.value & 7) {
      case VARINT: {
        const { value, end } = readVarint(message, offset);
        if (tag.value >>> 3 === number) found = value;
        offset = end;
        break;
      }
      case DOUBLE:
        offset += 8;
        break;
      case BYTES: {
        const { value, end } = readVarint(message, offset);
        offset = end + value;
        break;
      }
      case FLOAT:
        offset += 4;
        break;
      default:
        return 0;
    }
  }
  return found;
}

export function bytesField(number: number, bytes: Uint8Array): Field {
  return joined([varint((number << 3) | BYTES), varint(bytes.length), bytes]);
}

/** Seven bits a byte, the lowest first; the highest bit of a byte says that more follow. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

function readVarint(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  let scale = 1;
  for (let offset = start; offset < bytes.length; offset++) {
    value += (bytes[offset] & 127) * scale;
    scale *= 128;
    if (bytes[offset] < 128) return { value, end: offset + 1 };
  }
  return { value, end: bytes.length };
}
