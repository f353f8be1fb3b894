// Ways to break a protocol buffer that know its structure: every number, length and tag at the edges of its range, every field left
// out, doubled and empty, the lengths of what it stands in adapted or not.
import type { Mutation } from "./fuzz.ts";

/** Which fields of a message are messages, and what those have. Others are numbers, texts or bytes. */
export interface Nesting {
  readonly [field: number]: () => Nesting;
}

interface FieldNode {
  readonly number: number;
  readonly wire: number;
  /** A varint's value; for others the bytes. */
  readonly value: bigint;
  readonly bytes: Uint8Array;
  readonly children: readonly FieldNode[] | undefined;
  readonly path: string;
}

const EDGES = [
  ...[0n, 1n, 2n, 0x7fn, 2n ** 24n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 53n, 2n ** 60n],
  ...[2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n],
];

const WIRE_TYPES = [0, 1, 2, 3, 5];

export function protobufMutations(file: Uint8Array, nesting: Nesting): Mutation[] {
  const tree = parse(file, nesting, "");
  const mutations: Mutation[] = [];
  const add = (what: string, target: FieldNode, made: (node: FieldNode) => readonly Uint8Array[]) =>
    mutations.push({ what, apply: () => encodeAll(tree, target, made) });
  for (const node of walk(tree)) {
    const called = `field ${node.path}`;
    add(`${called} is left out`, node, () => []);
    add(`${called} is doubled`, node, (same) => [encode(same), encode(same)]);
    for (const wire of WIRE_TYPES) {
      if (wire !== node.wire) add(`${called} has wire type ${wire}`, node, (same) => [retagged(same, wire)]);
    }
    if (node.wire === 0) {
      for (const value of EDGES) {
        if (value !== node.value) add(`${called} is ${value}`, node, (same) => [encode({ ...same, value })]);
      }
    } else if (node.wire === 2) {
      add(`${called} is empty`, node, ({ number }) => [concat([varint(BigInt(number * 8 + 2)), varint(0n)])]);
      const length = BigInt(content(node).length);
      for (const value of [...EDGES, length - 1n, length + 1n]) {
        if (value === length || value < 0n) continue;
        add(`the length of ${called} is ${value}`, node, (same) => [
          concat([varint(BigInt(same.number * 8 + 2)), varint(value), content(same)]),
        ]);
      }
    } else {
      for (const byte of [0x00, 0x7f, 0x80, 0xff]) {
        add(`${called} is all ${byte}`, node, (same) => [
          encode({ ...same, bytes: same.bytes.map(() => byte) }),
        ]);
      }
    }
  }
  return mutations;
}

function parse(bytes: Uint8Array, nesting: Nesting, path: string): FieldNode[] {
  const nodes: FieldNode[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = readVarint(bytes, at);
    const number = Number(tag.value >> 3n);
    const wire = Number(tag.value & 7n);
    const inner = `${path}/${number}`;
    at = tag.end;
    if (wire === 0) {
      const { value, end } = readVarint(bytes, at);
      nodes.push({ number, wire, value, bytes: bytes.subarray(at, end), children: undefined, path: inner });
      at = end;
      continue;
    }
    const { value: length, end: start } =
      wire === 2 ? readVarint(bytes, at) : { value: wire === 1 ? 8n : 4n, end: at };
    const own = bytes.subarray(start, start + Number(length));
    const children = wire === 2 && nesting[number] ? parse(own, nesting[number](), inner) : undefined;
    nodes.push({ number, wire, value: 0n, bytes: own, children, path: inner });
    at = start + Number(length);
  }
  return nodes;
}

function* walk(nodes: readonly FieldNode[]): Generator<FieldNode> {
  for (const node of nodes) {
    yield node;
    if (node.children) yield* walk(node.children);
  }
}

function encodeAll(
  nodes: readonly FieldNode[],
  target?: FieldNode,
  made?: (node: FieldNode) => readonly Uint8Array[],
): Uint8Array {
  return concat(
    nodes.flatMap((node) => {
      if (node === target) return made!(node);
      if (!node.children || !target) return [encode(node)];
      const inner = encodeAll(node.children, target, made);
      return [varint(BigInt(node.number * 8 + 2)), varint(BigInt(inner.length)), inner];
    }),
  );
}

function content(node: FieldNode): Uint8Array {
  return node.children ? encodeAll(node.children) : node.bytes;
}

function encode(node: FieldNode): Uint8Array {
  const tag = varint(BigInt(node.number * 8 + node.wire));
  if (node.wire === 0) return concat([tag, varint(node.value)]);
  const own = content(node);
  return node.wire === 2 ? concat([tag, varint(BigInt(own.length)), own]) : concat([tag, own]);
}

/** The same bytes behind the tag of another wire type. */
function retagged(node: FieldNode, wire: number): Uint8Array {
  const whole = encode(node);
  const { end } = readVarint(whole, 0);
  return concat([varint(BigInt(node.number * 8 + wire)), whole.subarray(end)]);
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

function readVarint(bytes: Uint8Array, start: number): { readonly value: bigint; readonly end: number } {
  let value = 0n;
  let end = start;
  for (let shift = 0n; ; shift += 7n) {
    const byte = bytes[end++];
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return { value, end };
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
