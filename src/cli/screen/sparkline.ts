const EIGHTHS = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/** Of the values, the largest that still lies within the scale: a loss begins far above where it spends its time. */
const TOP_SHARE = 0.9;

/**
 * A curve in so many lines of text, one column a value. The scale is logarithmic, from the least value to one that nine of ten stay
 * below; what is above it is cut off. Values below zero and values that are all alike lie at the bottom.
 */
export function sparkline(values: readonly number[], lines: number): string[] {
  const logarithms = values.map((value) => Math.log(Math.max(value, Number.MIN_VALUE)));
  const sorted = [...logarithms].sort((left, right) => left - right);
  const bottom = sorted[0];
  const range = sorted[Math.floor((sorted.length - 1) * TOP_SHARE)] - bottom;
  const heights = logarithms.map((value) => {
    const share = range > 0 ? Math.min(1, (value - bottom) / range) : 0;
    return 1 + Math.round(share * (lines * 8 - 1));
  });
  return Array.from({ length: lines }, (_, line) => {
    const below = (lines - 1 - line) * 8;
    return heights.map((height) => EIGHTHS[Math.max(0, Math.min(8, height - below))]).join("");
  });
}
