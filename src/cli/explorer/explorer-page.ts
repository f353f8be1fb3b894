// The explorer's page as files: those of the package, with an index.html that begins with a model of the user's.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CommandError } from "../failure.ts";

/** What the page begins with, as `web/start.ts` reads it. */
export interface PageStart {
  readonly model?: string | undefined;
  readonly name?: string | undefined;
  readonly text?: string | undefined;
  readonly source?: string | undefined;
  readonly citation?: string | undefined;
}

/** The picture that a link to the page shows, beside its index.html. */
export const PREVIEW = "preview.png";

/** Tells a page that was exported from other pages. */
export const START_ELEMENT = '<script type="application/json" id="start">';

/** The folder of the built page, with "/" at its end. */
export function explorerFolder(): string {
  const folder = fileURLToPath(new URL("../../explorer/", import.meta.url));
  if (!existsSync(`${folder}index.html`))
    throw new CommandError("the explorer's page is not there; in a clone, npm run build makes it");
  return folder;
}

/** The page's index.html with its beginning in it. */
export function startingPage(folder: string, start: PageStart): string {
  const page = readFileSync(`${folder}index.html`, "utf8");
  const json = JSON.stringify(start).replaceAll("<", "\\u003c");
  const said = page.replace("</body>", () => `${START_ELEMENT}${json}</script>\n</body>`);
  if (start.name === undefined) return said;
  const title = `${escaped(start.name)}: a recurrent network, unrolled`;
  const description = `${escaped(start.name)}, a recurrent network, reads your own text, with real numbers`;
  return said
    .replace(/<title>[^<]*</, () => `<title>${title}<`)
    .replaceAll(/(<meta (?:name|property)="(?:og:)?title" content=")[^"]*/g, (_, before) => before + title)
    .replaceAll(
      /(<meta (?:name|property)="(?:og:)?description" content=")[^"]*/g,
      (_, before) => before + description,
    );
}

/** The page without a picture for links, where the one in the package would be of another model. */
export function withoutPreview(page: string): string {
  return page.replace(/\s*<meta property="og:image"[^>]*>/, "");
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
