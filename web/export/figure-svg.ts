// A figure as it stands on the page, as one SVG file that needs no stylesheet: canvases become pictures in it, drawings bring the looks
// that the page's styles give them, captions become text.

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

/** The SVG of all canvases, drawings and captions in an element, where they stand in it. */
export function figureSvg(element: HTMLElement): string {
  const frame = element.getBoundingClientRect();
  const parts: string[] = [];
  const place = (part: Element) => {
    const { left, top, width, height } = part.getBoundingClientRect();
    return { x: left - frame.left, y: top - frame.top, width, height };
  };
  for (const part of element.querySelectorAll("canvas, svg, figcaption, .brushed")) {
    const { x, y, width, height } = place(part);
    if (part instanceof HTMLCanvasElement) {
      const picture = part.toDataURL("image/png");
      parts.push(
        `<image x="${x}" y="${y}" width="${width}" height="${height}" preserveAspectRatio="none" style="image-rendering:pixelated" href="${picture}"/>`,
      );
    } else if (part instanceof SVGSVGElement) {
      const copy = withLooks(part);
      copy.setAttribute("x", String(x));
      copy.setAttribute("y", String(y));
      parts.push(new XMLSerializer().serializeToString(copy));
    } else if (part.localName === "figcaption") {
      const { color, fontSize } = getComputedStyle(part);
      parts.push(
        `<text x="${x}" y="${y + 0.75 * height}" fill="${color}" font-family="sans-serif" font-size="${fontSize}">${escaped(part.textContent ?? "")}</text>`,
      );
    } else {
      const { borderColor } = getComputedStyle(part);
      parts.push(
        `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none" stroke="${borderColor}" stroke-width="2"/>`,
      );
    }
  }
  const { width, height } = frame;
  const paper = getComputedStyle(document.body).backgroundColor;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><rect width="100%" height="100%" fill="${paper}"/>${parts.join("")}</svg>`;
}

/** An SVG as a picture, twice as fine as on the page. */
export async function svgToPng(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = 2 * image.width;
    canvas.height = 2 * image.height;
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error("the picture is too large"))),
        "image/png",
      ),
    );
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

function withLooks(svg: SVGSVGElement): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = svg.querySelectorAll("*");
  copy.querySelectorAll("*").forEach((element, index) => {
    const computed = getComputedStyle(originals[index]);
    for (const look of LOOKS) element.setAttribute(look, computed.getPropertyValue(look));
    element.removeAttribute("class");
  });
  copy.removeAttribute("class");
  copy.removeAttribute("aria-hidden");
  return copy;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
