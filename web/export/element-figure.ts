// A figure that stands on the page, as it stands there, as SVG that needs no stylesheet: canvases become pictures in it, drawings bring the
// looks that the page's styles give them, captions become text.
import { rgb } from "d3-color";
import type { Theme } from "../figures/palette.ts";
import {
  escaped,
  type FigureBody,
  type FigureKey,
  type FigureScale,
  type Ground,
  type Inks,
  inksOn,
  themeOn,
} from "./standalone-figure.ts";

/** What of an element is to be taken along, and what its colours mean. */
export interface ElementFigure {
  readonly scales?: readonly FigureScale[];
  readonly keys?: (inks: Inks) => readonly FigureKey[];
}

/** What of an element's computed style an SVG element needs. */
const LOOKS = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "opacity",
  "font-family",
  "font-size",
  "text-anchor",
] as const;

/** All canvases, drawings, captions and words of axes in an element, where they stand in it, in the colours that suit a ground. */
export function elementBody(
  element: HTMLElement,
  ground: Ground,
  { scales = [], keys }: ElementFigure,
): FigureBody {
  const { width, height } = element.getBoundingClientRect();
  const markup = markupOf(element, recolouring(themeOn(ground)));
  return { width, height, markup, scales, keys: keys?.(inksOn(ground)) ?? [] };
}

/** The colours of style.css that figures have, in the light and in the dark. */
const COLOURS: readonly (readonly [string, string])[] = [
  ["#fbfaf8", "#14171c"],
  ["#ffffff", "#1c2027"],
  ["#1d232b", "#e7e9ec"],
  ["#56606c", "#a3adb9"],
  ["#d5d8dc", "#38404a"],
  ["#1b5e9c", "#7db8ee"],
  ["#9a4a00", "#f0a561"],
  ["#5b3b95", "#c0a8ee"],
];

/** From a colour as the page has it now to what it is in a theme. */
function recolouring(theme: Theme): (colour: string) => string {
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  if (isDark === (theme === "dark")) return (colour) => colour;
  const found = new Map(
    COLOURS.map(([light, dark]) => (isDark ? [rgb(dark).toString(), light] : [rgb(light).toString(), dark])),
  );
  return (colour) => found.get(colour) ?? colour;
}

function markupOf(element: HTMLElement, recoloured: (colour: string) => string): string {
  const frame = element.getBoundingClientRect();
  const parts: string[] = [];
  for (const part of element.querySelectorAll("canvas, svg, figcaption, .brushed, [data-axis]")) {
    const { left, top, width, height } = part.getBoundingClientRect();
    const [x, y] = [left - frame.left, top - frame.top];
    if (part instanceof HTMLCanvasElement) {
      const picture = part.toDataURL("image/png");
      parts.push(
        `<image x="${x}" y="${y}" width="${width}" height="${height}" preserveAspectRatio="none" style="image-rendering:pixelated" href="${picture}"/>`,
      );
    } else if (part instanceof SVGSVGElement) {
      const copy = withLooks(part, recoloured);
      copy.setAttribute("x", String(x));
      copy.setAttribute("y", String(y));
      parts.push(new XMLSerializer().serializeToString(copy));
    } else if (part.localName === "figcaption") {
      const { color, fontSize } = getComputedStyle(part);
      parts.push(
        `<text x="${x}" y="${y + 0.75 * height}" fill="${recoloured(color)}" font-size="${fontSize}">${escaped(part.textContent ?? "")}</text>`,
      );
    } else if (part instanceof HTMLElement && part.dataset.axis !== undefined) {
      const { color, fontSize } = getComputedStyle(part);
      parts.push(
        `<g data-part="axis"><text x="${x + width / 2}" y="${y + 0.75 * height}" text-anchor="middle" fill="${recoloured(color)}" font-size="${fontSize}">${escaped(part.textContent ?? "")}</text></g>`,
      );
    } else {
      const { borderColor } = getComputedStyle(part);
      parts.push(
        `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none" stroke="${recoloured(borderColor)}" stroke-width="2"/>`,
      );
    }
  }
  return parts.join("");
}

function withLooks(svg: SVGSVGElement, recoloured: (colour: string) => string): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = svg.querySelectorAll("*");
  copy.querySelectorAll("*").forEach((element, index) => {
    const computed = getComputedStyle(originals[index]);
    for (const look of LOOKS) element.setAttribute(look, recoloured(computed.getPropertyValue(look)));
    element.removeAttribute("class");
  });
  copy.removeAttribute("class");
  copy.removeAttribute("aria-hidden");
  return copy;
}
