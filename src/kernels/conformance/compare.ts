import type { Outcome } from "./stage.ts";

/** An entry agrees when |entry − reference| ≤ absolute + relative·|reference|. */
export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

// Kernels may take numbers below this for zero.
const SMALLEST_NORMAL = 2 ** -126;

function agrees(entry: number, reference: number, { relative, absolute }: Tolerance): boolean {
  const rounded = Math.fround(reference);
  if (Number.isNaN(rounded)) return Number.isNaN(entry);
  if (!Number.isFinite(rounded) || !Number.isFinite(entry)) return entry === rounded;
  return Math.abs(entry - reference) <= absolute + relative * Math.abs(reference) + SMALLEST_NORMAL;
}

/** The entries of an outcome that are not the reference's, as "C[15]: wasm 0.31, reference 0.29". */
export function differences(
  backend: string,
  outcome: Outcome,
  reference: Outcome,
  tolerance: Tolerance,
): string[] {
  const found = outcome.damage.map((place) => `${place}: ${backend} wrote outside the region`);
  for (const [name, expected] of reference.regions) {
    const entries = outcome.regions.get(name);
    if (entries?.length !== expected.length) {
      found.push(`${name}: ${backend} has ${entries?.length} entries, reference ${expected.length}`);
      continue;
    }
    for (let i = 0; i < expected.length; i++) {
      if (!agrees(entries[i], expected[i], tolerance)) {
        found.push(`${name}[${i}]: ${backend} ${entries[i]}, reference ${expected[i]}`);
      }
    }
  }
  return found;
}

/** The entries whose bits differ between two float32 outcomes; one NaN is as good as another. */
export function differentBits(
  firstName: string,
  first: Outcome,
  secondName: string,
  second: Outcome,
): string[] {
  const found: string[] = [];
  for (const [name, entries] of first.regions) {
    const others = second.regions.get(name) ?? new Float32Array();
    for (let i = 0; i < entries.length; i++) {
      if (!Object.is(entries[i], others[i])) {
        found.push(`${name}[${i}]: ${firstName} ${entries[i]}, ${secondName} ${others[i]}`);
      }
    }
  }
  return found;
}
