// Cyclic redundancy checks of 32 bits, reflected, one table look-up a byte (Sarwate 1988): CRC-32 of IEEE 802.3, as zip files have
// it, and CRC-32C with Castagnoli's polynomial (Castagnoli, Bräuer & Herrmann 1993), as in iSCSI (RFC 3720, appendix B.4).

/** The CRC-32 of bytes, 0 to 2³² − 1. */
export const crc32 = remainderBy(0xedb88320);

/** The CRC-32C of bytes, 0 to 2³² − 1. */
export const crc32c = remainderBy(0x82f63b78);

function remainderBy(polynomial: number): (bytes: Uint8Array) => number {
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? polynomial : 0);
    return remainder;
  });
  return (bytes) => {
    let remainder = 0xffffffff;
    for (let index = 0; index < bytes.length; index++) {
      remainder = table[(remainder ^ bytes[index]) & 0xff] ^ (remainder >>> 8);
    }
    return (remainder ^ 0xffffffff) >>> 0;
  };
}
