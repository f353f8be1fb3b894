// CRC-32C: the cyclic redundancy check with Castagnoli's polynomial (Castagnoli, Bräuer & Herrmann 1993), bits reflected, as in
// iSCSI (RFC 3720, appendix B.4), one table look-up a byte (Sarwate 1988).
const POLYNOMIAL = 0x82f63b78;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? POLYNOMIAL : 0);
  return remainder;
});

/** The CRC-32C of bytes, 0 to 2³² − 1. */
export function crc32c(bytes: Uint8Array): number {
  let remainder = 0xffffffff;
  for (let index = 0; index < bytes.length; index++) {
    remainder = TABLE[(remainder ^ bytes[index]) & 0xff] ^ (remainder >>> 8);
  }
  return (remainder ^ 0xffffffff) >>> 0;
}
