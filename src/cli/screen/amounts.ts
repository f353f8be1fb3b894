// Numbers as people read them.

/** 1234567 → "1,234,567". */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** A measurement with three decimals, as long as it is one: 1.408, 2.1e+27. */
export function figure(value: number): string {
  return Math.abs(value) < 1e5 || !Number.isFinite(value) ? value.toFixed(3) : value.toExponential(1);
}

/** A share as per cent with one decimal. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** A figure, and where 95 % of those of other draws lie if that is known. */
export function withInterval(
  write: (value: number) => string,
  value: number,
  interval: { readonly low: number; readonly high: number } | undefined,
): string {
  return `${write(value)}${interval ? ` (95 %: ${write(interval.low)} to ${write(interval.high)})` : ""}`;
}

/** Three figures: 942, 31.2k, 1.23M. */
export function short(value: number): string {
  if (value < 999.5) return String(Math.round(value));
  for (const [size, unit] of [
    [1e3, "k"],
    [1e6, "M"],
  ] as const) {
    if (value < size * 999.5) return `${threeFigures(value / size)}${unit}`;
  }
  return value < 1e12 ? `${threeFigures(value / 1e9)}G` : value.toExponential(2);
}

/** Bytes: "512 kB", "48.1 MB", "1.20 GB". */
export function bytes(value: number): string {
  if (value < 999.5) return `${Math.round(value)} bytes`;
  return short(value).replace(/(.*)(.)$/, (_, figures: string, unit: string) => `${figures} ${unit}B`);
}

/** "0.4 s", "12 s", "3 min 20 s", "2 h 5 min". */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A clock that counts down: "0:42", "1:02:03". */
export function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** "1 layer", "2 layers". */
export function counted(value: number, word: string): string {
  return `${count(value)} ${word}${value === 1 ? "" : "s"}`;
}

function threeFigures(value: number): string {
  return value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}
