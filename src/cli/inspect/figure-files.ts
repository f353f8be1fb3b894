// Figures as files of their own: an <svg> of the report takes its colours from the page, one in a file brings them along.

/** What is read from @resvg/resvg-js, which draws SVG without a browser. */
type Rasterise = (svg: string) => Uint8Array;

const STYLE = `
text { font-family: "DejaVu Sans", "Helvetica Neue", Arial, sans-serif; font-size: 12px; fill: #59636e; }
text.title { font-weight: 600; fill: #1b1f24; }
text.letter { font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 10px; }
.grid { stroke: #d8dee4; stroke-width: 1; }
.line { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
.band { opacity: 0.18; stroke: none; }
.line.train { stroke: #3b6fb6; } circle.train, .band.train { fill: #3b6fb6; }
.line.held { stroke: #c2570c; stroke-dasharray: 6 3; } circle.held, .band.held { fill: #c2570c; }
.line.other { stroke: #4b7f52; } circle.other, .band.other { fill: #4b7f52; }
`;

/** A whole SVG file, on white ground. */
export function standaloneSvg(svg: string): string {
  const begun = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ');
  return `${begun.replace(/>/, `><style>${STYLE}</style><rect width="100%" height="100%" fill="#ffffff"/>`)}\n`;
}

/** What turns an SVG file into a PNG of twice its size; undefined where the package for it is not installed. */
export async function rasteriser(): Promise<Rasterise | undefined> {
  const found = await import("@resvg/resvg-js").catch(() => undefined);
  if (!found) return undefined;
  const options = { fitTo: { mode: "zoom", value: 2 }, font: { loadSystemFonts: true } } as const;
  return (svg) => new found.Resvg(svg, options).render().asPng();
}
