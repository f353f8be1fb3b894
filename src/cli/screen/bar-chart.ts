import stringWidth from "string-width";
import { shortened } from "./shortened.ts";

/** A bar: what it stands for, and its length as a share of 1. */
export interface Bar {
  readonly name: string;
  readonly share: number;
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const PERCENT_COLUMNS = 8;
const LONGEST_NAME = 24;

/** Lines of `columns` at most: name, share in percent, and a bar that is full at the largest share. */
export function barChart(bars: readonly Bar[], columns: number): string[] {
  const names = bars.map(({ name }) => shortened(name, Math.min(LONGEST_NAME, Math.floor(columns / 3))));
  const nameColumns = Math.max(0, ...names.map((name) => stringWidth(name)));
  const room = Math.max(0, columns - nameColumns - PERCENT_COLUMNS - 6);
  const largest = Math.max(...bars.map(({ share }) => share), Number.MIN_VALUE);
  return bars.map(({ share }, index) => {
    const name = names[index] + " ".repeat(nameColumns - stringWidth(names[index]));
    const percent = `${(share * 100).toFixed(share < 0.000995 ? 3 : 2)} %`.padStart(PERCENT_COLUMNS);
    return `  ${name}  ${percent}  ${barOf((share / largest) * room)}`.trimEnd();
  });
}

/** A bar of that many columns, to an eighth. */
export function barOf(length: number): string {
  const eighths = Math.round(length * 8);
  return "█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}
