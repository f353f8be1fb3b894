// Jenkins' lookup3 (Bob Jenkins 2006, "hashlittle"), by which HDF5 checks its newer structures, begun with 0.
const rotated = (value: number, bits: number) => (value << bits) | (value >>> (32 - bits));

/** The lookup3 hash of bytes, 0 to 2³² − 1. */
export function lookup3(bytes: Uint8Array): number {
  let a = (0xdeadbeef + bytes.length) | 0;
  let b = a;
  let c = a;
  let place = 0;
  const word = (at: number) =>
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24);
  for (; bytes.length - place > 12; place += 12) {
    a = (a + word(place)) | 0;
    b = (b + word(place + 4)) | 0;
    c = (c + word(place + 8)) | 0;
    a = (a - c) ^ rotated(c, 4);
    c = (c + b) | 0;
    b = (b - a) ^ rotated(a, 6);
    a = (a + c) | 0;
    c = (c - b) ^ rotated(b, 8);
    b = (b + a) | 0;
    a = (a - c) ^ rotated(c, 16);
    c = (c + b) | 0;
    b = (b - a) ^ rotated(a, 19);
    a = (a + c) | 0;
    c = (c - b) ^ rotated(b, 4);
    b = (b + a) | 0;
  }
  if (place === bytes.length) return c >>> 0;
  a = (a + word(place)) | 0;
  b = (b + word(place + 4)) | 0;
  c = (c + word(place + 8)) | 0;
  c = (c ^ b) - rotated(b, 14);
  a = (a ^ c) - rotated(c, 11);
  b = (b ^ a) - rotated(a, 25);
  c = (c ^ b) - rotated(b, 16);
  a = (a ^ c) - rotated(c, 4);
  b = (b ^ a) - rotated(a, 14);
  c = (c ^ b) - rotated(b, 24);
  return c >>> 0;
}
