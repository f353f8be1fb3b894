// A figure as a file.
import type { FigureLook, FigureSource } from "./figure-source.ts";
import { standaloneSvg } from "./standalone-figure.ts";

export type PictureFormat = "SVG" | "PNG" | "GIF";

/** Frames of an animation: a longer reading is shown several steps at a time. */
const MOST_FRAMES = 90;
const [FRAME_MS, LAST_MS] = [160, 2400];
/** Pixels to a pixel of the figure. */
const FINENESS = 2;
const MOST_GIF_WIDTH = 1000;

/** The figure in a format that was asked for; `tell` hears the share that is done of what takes longer. */
export async function figureFile(
  source: FigureSource,
  format: PictureFormat,
  look: FigureLook,
  tell: (share: number) => void,
): Promise<Blob> {
  if (format === "GIF") return animated(source, look, tell);
  const svg = await figureSvg(source, look);
  if (format === "SVG") return new Blob([svg], { type: "image/svg+xml" });
  const canvas = await rasterised(svg, () => FINENESS);
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("the picture is too large"))),
      "image/png",
    ),
  );
}

export async function figureSvg(source: FigureSource, look: FigureLook): Promise<string> {
  const { title, subtitle } = source;
  return standaloneSvg({ title, subtitle, body: await source.draw(look) }, look.ground);
}

/** The reading, a frame for each step. A GIF has no half-transparent edges, so its ground is white unless it is dark. */
async function animated(
  source: FigureSource,
  look: FigureLook,
  tell: (share: number) => void,
): Promise<Blob> {
  const [{ Encoder }, { default: workerUrl }] = await Promise.all([
    import("modern-gif"),
    import("modern-gif/worker?url"),
  ]);
  const steps = source.steps ?? 1;
  const every = Math.ceil(steps / MOST_FRAMES);
  const ground = look.ground === "transparent" ? "white" : look.ground;
  let encoder: InstanceType<typeof Encoder> | undefined;
  for (let step = every - 1; ; step = Math.min(steps - 1, step + every)) {
    const at = Math.min(steps - 1, step);
    const svg = await figureSvg(source, { ...look, ground, readTo: at });
    const canvas = await rasterised(svg, (width) => Math.min(1, MOST_GIF_WIDTH / width));
    const { width, height } = canvas;
    encoder ??= new Encoder({ width, height, maxColors: 255, workerUrl });
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, width, height);
    await encoder.encode({ data, width, height, delay: at === steps - 1 ? LAST_MS : FRAME_MS });
    tell((at + 1) / steps);
    if (at === steps - 1) return encoder.flush("blob");
  }
}

async function rasterised(svg: string, finenessFor: (width: number) => number): Promise<HTMLCanvasElement> {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    await image.decode();
    const fineness = finenessFor(image.width);
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(fineness * image.width);
    canvas.height = Math.round(fineness * image.height);
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas;
  } finally {
    URL.revokeObjectURL(image.src);
  }
}
