/** A file of CMU Sphinx with these numbers. */
export function sphinxFile(values: readonly number[], littleEndian = false): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 + 4 * values.length));
  view.setUint32(0, values.length, littleEndian);
  for (const [at, value] of values.entries()) view.setFloat32(4 + 4 * at, value, littleEndian);
  return new Uint8Array(view.buffer);
}

/** What a parameter file of HTK holds. */
export interface HtkFacts {
  readonly width: number;
  readonly values: readonly number[];
  /** MFCC_E if not given. */
  readonly kind?: number;
  /** In 100 ns. */
  readonly period?: number;
  /** As shorts, twice the value plus one. */
  readonly isCompressed?: boolean;
}

/** A parameter file of HTK. */
export function htkFile({
  width,
  values,
  kind = 0o106,
  period = 100_000,
  isCompressed = false,
}: HtkFacts): Uint8Array {
  const bytesEach = isCompressed ? 2 : 4;
  const scales = isCompressed ? 8 * width : 0;
  const view = new DataView(new ArrayBuffer(12 + scales + bytesEach * values.length));
  view.setInt32(0, values.length / width + (isCompressed ? 4 : 0));
  view.setInt32(4, period);
  view.setUint16(8, width * bytesEach);
  view.setUint16(10, kind | (isCompressed ? 0o2000 : 0));
  for (let at = 0; at < scales / 8; at++) {
    view.setFloat32(12 + 4 * at, 2);
    view.setFloat32(12 + 4 * (width + at), -1);
  }
  for (const [at, value] of values.entries()) {
    const place = 12 + scales + bytesEach * at;
    if (isCompressed) view.setInt16(place, 2 * value + 1);
    else view.setFloat32(place, value);
  }
  return new Uint8Array(view.buffer);
}
