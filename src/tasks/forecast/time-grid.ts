// Times at even distances: the distance of a series' steps, the place of a time among them, and the times that follow.

/** The distance of two steps: milliseconds, or months of the calendar. Plain data. */
export interface TimeStep {
  readonly unit: "ms" | "months";
  readonly count: number;
}

const DAY_MS = 86_400_000;

/** The distance that most neighbours have; months where all stand on one day of the month, and are a month apart at least. */
export function stepOf(sorted: readonly (readonly number[])[]): TimeStep | undefined {
  const gaps = (of: (ms: number) => number) =>
    sorted.flatMap((times) => times.slice(1).map((ms, at) => of(ms) - of(times[at])));
  const least = gaps((ms) => ms).filter((gap) => gap > 0);
  if (least.length === 0) return undefined;
  if (Math.min(...least.slice(0, 10_000)) >= 28 * DAY_MS && sorted.every(isOnOneDay))
    return { unit: "months", count: mostFrequent(gaps(monthOf).filter((gap) => gap > 0)) };
  return { unit: "ms", count: mostFrequent(least) };
}

/** How many steps behind a time another one is; not whole for one between two steps. */
export function stepsBetween(from: number, to: number, { unit, count }: TimeStep): number {
  if (unit === "ms") return (to - from) / count;
  const months = monthOf(to) - monthOf(from);
  const isSame = withinMonth(to) === withinMonth(from);
  return isSame ? months / count : months / count + 0.5;
}

/** The time so many steps behind another. */
export function timeAfter(from: number, steps: number, { unit, count }: TimeStep): number {
  if (unit === "ms") return from + steps * count;
  const date = new Date(from);
  const month = monthOf(from) + steps * count;
  return (
    Date.UTC(Math.floor(month / 12), month % 12, 1) +
    from -
    Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
  );
}

/** Steps after which a series of such steps most often repeats: a day of hours, a week of days, a year of months; 1 where nothing is usual. */
export function usualSeason({ unit, count }: TimeStep): number {
  if (unit === "months") return 12 % count === 0 && count < 12 ? 12 / count : 1;
  if (count < DAY_MS) return DAY_MS % count === 0 ? DAY_MS / count : 1;
  if (count === DAY_MS) return 7;
  return count === 7 * DAY_MS ? 52 : 1;
}

function isOnOneDay(times: readonly number[]): boolean {
  return times.every((ms) => withinMonth(ms) === withinMonth(times[0]));
}

function monthOf(ms: number): number {
  const date = new Date(ms);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function withinMonth(ms: number): number {
  const date = new Date(ms);
  return ms - Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}

function mostFrequent(gaps: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const gap of gaps) counts.set(gap, (counts.get(gap) ?? 0) + 1);
  return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best))[0];
}
