// A figure that stands alone: a title above it, its own axes, a legend with its scales below, on a ground that suits a slide or a page of
// print. A function from plain data to SVG that needs no stylesheet.
import { withMinus } from "../figures/minus.ts";
import { colourOf, type RampKind, type Theme } from "../figures/palette.ts";

/** What lies behind a figure. */
export type Ground = "white" | "transparent" | "dark";

/** What is coloured by one scale, and the number that has the strongest colour. */
export interface FigureScale {
  readonly name: string;
  readonly kind: RampKind;
  readonly limit: number;
}

/** What a colour or stroke means. */
export interface FigureKey {
  readonly name: string;
  readonly colour: string;
  readonly dash?: string;
  readonly opacity?: number;
}

/** The drawing itself, with its axes and the names of its rows, from (0, 0). */
export interface FigureBody {
  readonly width: number;
  readonly height: number;
  readonly markup: string;
  readonly scales: readonly FigureScale[];
  readonly keys?: readonly FigureKey[];
}

export interface StandaloneFigure {
  readonly title: string;
  /** What network it is of, and what it shows. */
  readonly subtitle: string;
  readonly body: FigureBody;
}

export interface Inks {
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly accent: string;
  readonly warm: string;
  readonly violet: string;
}

const INKS: Readonly<Record<Theme, Inks>> = {
  light: {
    ink: "#1d232b",
    quiet: "#56606c",
    line: "#aab0b8",
    accent: "#1b5e9c",
    warm: "#9a4a00",
    violet: "#5b3b95",
  },
  dark: {
    ink: "#e7e9ec",
    quiet: "#a3adb9",
    line: "#5a6470",
    accent: "#7db8ee",
    warm: "#f0a561",
    violet: "#c0a8ee",
  },
};
const GROUNDS: Readonly<Record<Ground, string | undefined>> = {
  white: "#ffffff",
  dark: "#14171c",
  transparent: undefined,
};

export const SANS = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
export const MONO = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

/** The colours that can be read on a ground. */
export function themeOn(ground: Ground): Theme {
  return ground === "dark" ? "dark" : "light";
}

export function inksOn(ground: Ground): Inks {
  return INKS[themeOn(ground)];
}

const MARGIN = 16;
const LEAST_WIDTH = 420;
/** Pixels a letter takes, as wide as the widest usual sans-serif. */
const [TITLE_LETTER, SMALL_LETTER, BOLD_LETTER] = [10.5, 7, 8];
const [TITLE_LINE, SMALL_LINE] = [24, 17];
const LEGEND_LINE = 26;
const BAR = 120;

/** The whole figure as one SVG file. */
export function standaloneSvg({ title, subtitle, body }: StandaloneFigure, ground: Ground): string {
  const { ink, quiet } = inksOn(ground);
  const across = Math.max(LEAST_WIDTH, body.width);
  const titles = wrapped(title, Math.floor(across / TITLE_LETTER));
  const subtitles = wrapped(subtitle, Math.floor(across / SMALL_LETTER));
  const top = MARGIN + titles.length * TITLE_LINE + subtitles.length * SMALL_LINE + 12;
  const legend = legendMarkup(body, across, ground);
  const [width, height] = [
    Math.ceil(across + 2 * MARGIN),
    Math.ceil(top + body.height + 14 + legend.height + MARGIN),
  ];
  const paper = GROUNDS[ground];
  const lines = (texts: readonly string[], from: number, line: number, look: string) =>
    texts
      .map((text, index) => `<text x="0" y="${from + index * line}" ${look}>${escaped(text)}</text>`)
      .join("");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="${SANS}">`,
    `<title>${escaped(title)}</title><desc>${escaped(subtitle)}</desc>`,
    paper === undefined ? "" : `<rect width="100%" height="100%" fill="${paper}"/>`,
    `<g data-part="title" transform="translate(${MARGIN} ${MARGIN})">`,
    lines(titles, 16, TITLE_LINE, `fill="${ink}" font-size="18" font-weight="600"`),
    lines(subtitles, titles.length * TITLE_LINE + 12, SMALL_LINE, `fill="${quiet}" font-size="12"`),
    "</g>",
    `<g data-part="body" transform="translate(${MARGIN} ${top})">${body.markup}</g>`,
    `<g data-part="legend" transform="translate(${MARGIN} ${top + body.height + 14})" font-size="12">${legend.markup}</g>`,
    "</svg>",
  ].join("");
}

/** Each scale as a bar with its numbers, and each key as a stroke, in lines as wide as the figure. */
function legendMarkup({ scales, keys = [] }: FigureBody, across: number, ground: Ground) {
  const { ink, quiet, line } = inksOn(ground);
  const theme = themeOn(ground);
  const entries = [
    ...alike(scales).map(({ name, kind, limit }, index) => {
      const least = kind === "diverging" ? -limit : 0;
      const stops = Array.from({ length: 11 }, (_, stop) => {
        const value = least + ((limit - least) * stop) / 10;
        return `<stop offset="${stop / 10}" stop-color="${colourOf(value, limit, kind, theme)}"/>`;
      });
      const label = name.length * BOLD_LETTER + 8;
      const from = label + numeral(least).length * SMALL_LETTER + 4;
      return {
        width: from + BAR + numeral(limit).length * SMALL_LETTER + 28,
        markup: [
          `<linearGradient id="scale-${index}">${stops.join("")}</linearGradient>`,
          `<text y="13" fill="${ink}" font-weight="600">${escaped(name)}</text>`,
          `<text x="${from - 5}" y="13" fill="${quiet}" text-anchor="end">${numeral(least)}</text>`,
          `<rect x="${from}" y="2" width="${BAR}" height="13" fill="url(#scale-${index})" stroke="${line}" stroke-width="0.5"/>`,
          `<text x="${from + BAR + 5}" y="13" fill="${quiet}">${numeral(limit)}</text>`,
        ].join(""),
      };
    }),
    ...keys.map(({ name, colour, dash, opacity = 1 }) => ({
      width: 30 + name.length * SMALL_LETTER + 24,
      markup:
        `<line x1="0" x2="22" y1="9" y2="9" stroke="${colour}" stroke-width="4" stroke-opacity="${opacity}"${dash ? ` stroke-dasharray="${dash}"` : ""}/>` +
        `<text x="28" y="13" fill="${ink}">${escaped(name)}</text>`,
    })),
  ];
  let [x, y] = [0, 0];
  const markup = entries.map((entry) => {
    if (x > 0 && x + entry.width > across) [x, y] = [0, y + LEGEND_LINE];
    const placed = `<g transform="translate(${x} ${y})">${entry.markup}</g>`;
    x += entry.width;
    return placed;
  });
  return { markup: markup.join(""), height: entries.length === 0 ? 0 : y + LEGEND_LINE };
}

/** Scales that are the same, with all their names. */
function alike(scales: readonly FigureScale[]): FigureScale[] {
  const found: FigureScale[] = [];
  for (const scale of scales) {
    const same = found.findIndex(({ kind, limit }) => kind === scale.kind && limit === scale.limit);
    if (same < 0) found.push(scale);
    else found[same] = { ...found[same], name: `${found[same].name}, ${scale.name}` };
  }
  return found;
}

/** A number in two digits, with a real minus. */
export function numeral(value: number): string {
  return withMinus(String(Number(value.toPrecision(2))));
}

/** Words in lines of at most so many characters. */
function wrapped(text: string, most: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").filter((each) => each !== "")) {
    if (line !== "" && line.length + 1 + word.length > most) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}

/** Text as XML can hold it. */
export function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll(/[^\P{Cc}\n]|[\ud800-\udfff]|[\ufffe\uffff]/gu, "\ufffd");
}
