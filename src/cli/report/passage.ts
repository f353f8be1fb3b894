// A text whose tokens are coloured by their surprise: one hue, the stronger the more bits, which people see who see colours
// differently, too; the exact number shows when the pointer rests on a token.
import type { Surprise } from "../../tasks/language/evaluation/surprise.ts";
import { escaped } from "./escaped.ts";

/** A colour from each of these bits on. */
export const BITS_OF_COLOURS = [0, 0.5, 1, 2, 3, 4, 6, 8];

/** The legend and the coloured text, as HTML. */
export function passage(tokens: readonly Surprise[]): string {
  const legend = BITS_OF_COLOURS.map((from, index) => {
    const to = BITS_OF_COLOURS[index + 1];
    return `<span class="b${index}">${to === undefined ? `${from} and more` : `${from} to ${to}`}</span>`;
  });
  return (
    `<p class="legend">Bits per token: ${legend.join(" ")}</p>` +
    `<pre class="passage">${wholeCharacters(tokens).map(coloured).join("")}</pre>`
  );
}

interface Shown {
  readonly text: string;
  readonly bits: number | null;
  /** Tokens that the text takes. */
  readonly tokens: number;
}

/** Tokens that are parts of one character, as bytes are, taken together: their bits add up. */
function wholeCharacters(tokens: readonly Surprise[]): Shown[] {
  const shown: Shown[] = [];
  let pending: Shown = { text: "", bits: null, tokens: 0 };
  for (const { text, bits } of tokens) {
    const sum = bits === null ? pending.bits : (pending.bits ?? 0) + bits;
    pending = { text: pending.text + text, bits: sum, tokens: pending.tokens + 1 };
    if (text === "") continue;
    shown.push(pending);
    pending = { text: "", bits: null, tokens: 0 };
  }
  return shown;
}

function coloured({ text, bits, tokens }: Shown): string {
  // A line break has no width that could have a colour.
  const visible = escaped(text).replaceAll("\n", "↵\n");
  if (bits === null) return `<span title="the first token is given">${visible}</span>`;
  const colour = BITS_OF_COLOURS.findLastIndex((from) => bits >= from);
  const told = `${bits.toFixed(2)} bits${tokens > 1 ? ` in ${tokens} tokens` : ""}`;
  return `<span class="b${Math.max(0, colour)}" title="${told}">${visible}</span>`;
}
