// The two codes of telephony, 8 bits for a logarithm of the amplitude (ITU-T G.711, 1972).

/** A-law: bits are stored with every second one flipped; a segment of 3 bits, 4 bits within it. */
export function fromALaw(code: number): number {
  const bits = code ^ 0x55;
  const segment = (bits >> 4) & 7;
  const step = ((bits & 15) << 4) + 8;
  const size = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return (bits & 0x80 ? size : -size) / 32768;
}

/** μ-law: all bits are stored flipped; a segment of 3 bits, 4 bits within it, a bias of 132. */
export function fromMuLaw(code: number): number {
  const bits = ~code & 0xff;
  const size = ((((bits & 15) << 3) + 132) << ((bits >> 4) & 7)) - 132;
  return (bits & 0x80 ? -size : size) / 32768;
}
