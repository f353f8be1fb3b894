// Colours of numbers that readers who see colours differently can tell apart: blue and orange either side of white, and one hue
// from light to dark (after Brewer's PuOr and Blues).
type Colour = readonly [red: number, green: number, blue: number];

const DIVERGING: readonly Colour[] = [
  [5, 48, 97],
  [67, 147, 195],
  [247, 247, 247],
  [224, 130, 20],
  [127, 59, 8],
];

const RISING: readonly Colour[] = [
  [247, 251, 255],
  [198, 219, 239],
  [107, 174, 214],
  [33, 113, 181],
  [8, 48, 107],
];

export type Palette = "diverging" | "rising";

/** The colour of a share of the palette, 0 to 1; grey for what is no number. */
export function colourAt(palette: Palette, share: number): Colour {
  if (!Number.isFinite(share)) return [200, 200, 200];
  const stops = palette === "diverging" ? DIVERGING : RISING;
  const place = Math.max(0, Math.min(1, share)) * (stops.length - 1);
  const below = Math.min(Math.floor(place), stops.length - 2);
  const part = place - below;
  const mixed = (channel: 0 | 1 | 2) =>
    Math.round(stops[below][channel] * (1 - part) + stops[below + 1][channel] * part);
  return [mixed(0), mixed(1), mixed(2)];
}
