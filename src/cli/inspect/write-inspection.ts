import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "../failure.ts";
import type { Aspect } from "./aspect-names.ts";
import { rasteriser, standaloneSvg } from "./figure-files.ts";

export const REPORT = "report.html";

/** Throws unless a folder can take an inspection: it is not there, is empty, or may lose what it has. */
export function requireRoom(folder: string, force: boolean): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isDirectory()) throw new CommandError(`${folder} is a file, needed a folder`);
  if (!force && readdirSync(folder).length > 0)
    throw new CommandError(`${folder} is not empty; --force replaces files that are there`);
}

/** Writes report, figures and numbers, and names the files. PNG files need a package that may be missing. */
export async function writeInspection(
  folder: string,
  html: string,
  aspects: readonly Aspect[],
): Promise<{ readonly files: readonly string[]; readonly hasPng: boolean }> {
  const rasterise = await rasteriser();
  const contents = new Map<string, string | Uint8Array>([[REPORT, html]]);
  for (const { name, figures, json } of aspects) {
    contents.set(`${name}.json`, `${JSON.stringify(json)}\n`);
    for (const [figure, svg] of figures) {
      const whole = standaloneSvg(svg);
      contents.set(`${figure}.svg`, whole);
      if (rasterise) contents.set(`${figure}.png`, rasterise(whole));
    }
  }
  mkdirSync(folder, { recursive: true });
  for (const [file, content] of contents) writeFileSync(join(folder, file), content);
  return { files: [...contents.keys()], hasPng: rasterise !== undefined };
}
