// What a time says beside its place in the series: each cycle of the calendar as a point on a circle.
import type { TimeStep } from "./time-grid.ts";

const DAY_MS = 86_400_000;

/** Cycles, by name: which share of it is over. */
const CYCLES = {
  day: (ms: number) => (((ms % DAY_MS) + DAY_MS) % DAY_MS) / DAY_MS,
  week: (ms: number) => ((Math.floor(ms / DAY_MS) + 4) % 7) / 7,
  year: (ms: number) => {
    const year = new Date(ms).getUTCFullYear();
    const first = Date.UTC(year, 0, 1);
    return (ms - first) / (Date.UTC(year + 1, 0, 1) - first);
  },
} as const;

/** A cycle of the calendar. */
export type Cycle = keyof typeof CYCLES;

/** The cycles that steps of this distance can show, and that the series is long enough to have shown twice. */
export function cyclesOf({ unit, count }: TimeStep, steps: number): readonly Cycle[] {
  const step = unit === "ms" ? count : count * 30 * DAY_MS;
  const span = step * steps;
  const cycles: readonly [Cycle, number][] = [
    ["day", DAY_MS],
    ["week", 7 * DAY_MS],
    ["year", 365 * DAY_MS],
  ];
  return cycles.filter(([, length]) => step * 2 <= length && span >= 2 * length).map(([name]) => name);
}

/** Writes sine and cosine of each cycle at a time, two numbers each. */
export function putCalendar(cycles: readonly Cycle[], ms: number, into: Float32Array, at: number): void {
  for (const [index, cycle] of cycles.entries()) {
    const angle = 2 * Math.PI * CYCLES[cycle](ms);
    into[at + 2 * index] = Math.sin(angle);
    into[at + 2 * index + 1] = Math.cos(angle);
  }
}
