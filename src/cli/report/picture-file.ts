// A picture as a file of its own: SVG, or PNG where the package that draws it is installed.
import { CommandError, UsageError } from "../failure.ts";
import { rasteriser, standaloneSvg } from "../inspect/figure-files.ts";
import { requireFree, writeOutput } from "../write-output.ts";

/** Throws unless such a file can be written. */
export async function requirePicture(path: string): Promise<void> {
  if (!/\.(svg|png)$/i.test(path))
    throw new UsageError(`${path} is no name of a picture, needed one that ends in .svg or .png`);
  requireFree(path, "file", true);
  if (/\.png$/i.test(path) && !(await rasteriser()))
    throw new CommandError("a PNG needs the package @resvg/resvg-js: npm install @resvg/resvg-js");
}

/** Writes an <svg> element as the file that its name says. */
export async function writePicture(path: string, svg: string): Promise<void> {
  const file = standaloneSvg(svg);
  const draw = /\.png$/i.test(path) ? await rasteriser() : undefined;
  await writeOutput(path, draw ? draw(file) : new TextEncoder().encode(file));
}
