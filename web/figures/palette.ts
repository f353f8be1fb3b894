// Numbers as colours. The diverging ramp runs from blue over the page's own paper to orange, which readers with any of the usual
// colour blindnesses tell apart; the other from paper to violet. Both are interpolated in Lab, so that equal steps look equal.
import { rgb } from "d3-color";
import { interpolateLab } from "d3-interpolate";

export type Theme = "light" | "dark";

/** What numbers a ramp is for: −limit to limit, or 0 to limit; or, from −limit to limit, what vanishes, stays and explodes. */
export type RampKind = "diverging" | "sequential" | "flow";

const STOPS: Readonly<Record<Theme, Readonly<Record<RampKind, readonly string[]>>>> = {
  light: {
    diverging: ["#0b3c78", "#3f86c4", "#f6f5f2", "#e0862f", "#853b00"],
    sequential: ["#f6f5f2", "#a58fcb", "#3d1a6e"],
    flow: ["#0b3c78", "#3f86c4", "#f6f5f2", "#e0862f", "#853b00"],
  },
  dark: {
    diverging: ["#a9d4ff", "#2f76b8", "#1f242b", "#b8621a", "#ffc58a"],
    sequential: ["#1f242b", "#7c5fb0", "#dccbff"],
    // What has vanished is darkest: on a dark page what is bright is what there is.
    flow: ["#0c1c30", "#28598c", "#8b97a3", "#d68a48", "#ffc58a"],
  },
};

const LENGTH = 256;
const ramps = new Map<string, Uint32Array>();

/** 256 colours as a canvas's bytes have them, read as little-endian words. */
export function ramp(kind: RampKind, theme: Theme): Uint32Array {
  const key = `${kind} ${theme}`;
  let found = ramps.get(key);
  if (!found) {
    const stops = STOPS[theme][kind];
    found = new Uint32Array(LENGTH);
    for (let index = 0; index < LENGTH; index++) {
      const place = (index / (LENGTH - 1)) * (stops.length - 1);
      const from = Math.min(stops.length - 2, Math.floor(place));
      const { r, g, b } = rgb(interpolateLab(stops[from], stops[from + 1])(place - from));
      found[index] = (255 << 24) | (Math.round(b) << 16) | (Math.round(g) << 8) | Math.round(r);
    }
    ramps.set(key, found);
  }
  return found;
}

/** Where a number stands in a ramp. Numbers beyond the limit have the colour of the limit, and NaN that of zero. */
export function rampIndex(value: number, limit: number, kind: RampKind): number {
  const share = limit > 0 ? value / limit : 0;
  const isSigned = kind !== "sequential";
  const place = isSigned ? (share + 1) / 2 : share;
  if (Number.isNaN(place)) return isSigned ? LENGTH / 2 : 0;
  return Math.min(LENGTH - 1, Math.max(0, Math.floor(place * LENGTH)));
}

/** A number's colour for SVG and HTML. */
export function colourOf(value: number, limit: number, kind: RampKind, theme: Theme): string {
  const word = ramp(kind, theme)[rampIndex(value, limit, kind)];
  return `rgb(${word & 255} ${(word >> 8) & 255} ${(word >> 16) & 255})`;
}

/** Black or white, whichever can be read on a number's colour (relative luminance of WCAG 2). */
export function inkOn(value: number, limit: number, kind: RampKind, theme: Theme): string {
  const word = ramp(kind, theme)[rampIndex(value, limit, kind)];
  const linear = [word & 255, (word >> 8) & 255, (word >> 16) & 255].map((byte) => {
    const share = byte / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] > 0.179 ? "#000" : "#fff";
}
