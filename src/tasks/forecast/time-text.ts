// Times as tables have them, read and written.
import { UnrolledError } from "../../errors.ts";

/** How times are written: parts from the year on (year, month, day, hour and minute, second), and what stands between. Plain data. */
export interface TimeForm {
  readonly parts: number;
  readonly dateMark: string;
  readonly hourMark: string;
  /** Whether they say their zone: then they are written in UTC. */
  readonly isZoned: boolean;
  /** Whether they are seconds or milliseconds since 1970. */
  readonly epoch?: "s" | "ms";
}

/** A time and how it was written. */
export interface ReadTime {
  /** Milliseconds since 1970; those of the clock's face, as if in UTC, where no zone is said. */
  readonly ms: number;
  readonly form: TimeForm;
}

const PATTERN =
  /^(\d{4})(?:([-/])(\d{1,2})(?:[-/](\d{1,2})(?:([T ])(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?)?)?$/;

/** A time of a cell, or undefined: a year, a month, a day, a time of day (ISO 8601, with T or a space, with a zone or without), or seconds or milliseconds since 1970. */
export function readTime(cell: string): ReadTime | undefined {
  const text = cell.trim();
  if (/^\d{9,14}$/.test(text)) {
    const epoch = text.length > 11 ? "ms" : "s";
    const form: TimeForm = { parts: 5, dateMark: "-", hourMark: " ", isZoned: true, epoch };
    return { ms: Number(text) * (epoch === "s" ? 1000 : 1), form };
  }
  const found = PATTERN.exec(text);
  if (!found) return undefined;
  const [, year, dateMark = "-", month, day, hourMark = " ", hour, minute, second, fraction, zone] = found;
  const given = [year, month, day, hour, second].filter((part) => part !== undefined).length;
  const date = [Number(year), Number(month ?? 1) - 1, Number(day ?? 1)] as const;
  const clock = [Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)] as const;
  const ms = Date.UTC(...date, ...clock) + (fraction ? Math.round(Number(`0.${fraction}`) * 1000) : 0);
  const whole = new Date(Date.UTC(...date));
  const isDate = whole.getUTCMonth() === date[1] && whole.getUTCDate() === date[2];
  if (!isDate || clock[0] > 23 || clock[1] > 59 || clock[2] > 59) return undefined;
  const form = { parts: given, dateMark, hourMark, isZoned: zone !== undefined };
  return { ms: ms - offsetOf(zone), form };
}

function offsetOf(zone: string | undefined): number {
  if (zone === undefined || zone === "Z") return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** A time as it is written in this form. */
export function timeText(ms: number, { parts, dateMark, hourMark, isZoned, epoch }: TimeForm): string {
  if (epoch) return String(epoch === "s" ? ms / 1000 : ms);
  const iso = new Date(ms).toISOString();
  const date = iso.slice(0, [4, 7, 10][Math.min(parts, 3) - 1]).replaceAll("-", dateMark);
  if (parts < 4) return date;
  return `${date}${hourMark}${iso.slice(11, parts === 4 ? 16 : 19)}${isZoned ? "Z" : ""}`;
}

/** @throws UnrolledError "invalid-file" where one time says its zone and another does not: it is not known which is first */
export function requireOneZone(first: ReadTime, { form }: ReadTime, place: string, cell: string): void {
  if (first.form.isZoned === form.isZoned) return;
  throw new UnrolledError("invalid-file", {
    call: "train",
    problem: `${place}: ${JSON.stringify(cell)} says ${form.isZoned ? "its" : "no"} time zone and the first time ${form.isZoned ? "does not" : "does"}, needed all or none`,
  });
}
