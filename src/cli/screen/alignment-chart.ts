import colors from "picocolors";
import stringWidth from "string-width";
import { shortened } from "./shortened.ts";

/** Which words of a source each word of a target looked at. */
export interface Alignment {
  readonly source: readonly string[];
  readonly target: readonly string[];
  /** The share of each source word for each target word [U][T]. */
  readonly weights: readonly (readonly number[])[];
}

/** From which share on a block stands for it. */
const BLOCKS = [
  [0.7, "█"],
  [0.45, "▓"],
  [0.2, "▒"],
  [0.05, "░"],
] as const;
const CELL_COLUMNS = 2;
const LONGEST_NAME = 16;

/** Lines of `columns` at most: the source above, a letter under the other, the target beside, and a block for each share. */
export function alignmentChart({ source, target, weights }: Alignment, columns: number): string[] {
  const names = target.map((word) => shortened(word, Math.min(LONGEST_NAME, columns >> 2)));
  const nameColumns = Math.max(0, ...names.map((name) => stringWidth(name))) + 1;
  const across = Math.max(1, Math.floor((columns - nameColumns) / CELL_COLUMNS));
  const lines: string[] = [];
  for (let from = 0; from < source.length; from += across) {
    if (from > 0) lines.push("");
    lines.push(...above(source.slice(from, from + across), nameColumns));
    for (const [row, name] of names.entries()) {
      const cells = weights[row].slice(from, from + across).map(blockOf);
      const padding = " ".repeat(nameColumns - stringWidth(name));
      lines.push(`${colors.dim(name)}${padding}${cells.join("")}`.trimEnd());
    }
  }
  return lines;
}

/** What the blocks mean, in one line. */
export const ALIGNMENT_LEGEND = BLOCKS.map(([share, block]) => `${block} from ${100 * share} %`)
  .reverse()
  .join("   ");

function blockOf(weight: number): string {
  const block = BLOCKS.find(([share]) => weight >= share)?.[1] ?? " ";
  return block.repeat(CELL_COLUMNS);
}

/** Words as columns of letters, their last letters on one line. */
function above(words: readonly string[], indent: number): string[] {
  const columns = words.map((word) => [...shortened(word, LONGEST_NAME)]);
  const height = Math.max(...columns.map((letters) => letters.length));
  return Array.from({ length: height }, (_, line) => {
    const cells = columns.map((letters) => {
      const letter = letters[line - height + letters.length] ?? " ";
      return letter + " ".repeat(Math.max(0, CELL_COLUMNS - stringWidth(letter)));
    });
    return `${" ".repeat(indent)}${cells.join("")}`.trimEnd();
  });
}
