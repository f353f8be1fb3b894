// The explorer as a static site of the user's own.
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { ModelFiles } from "../../models/model-files.ts";
import { CommandError } from "../failure.ts";
import { UNFINISHED } from "../run/atomic-write.ts";
import { PREVIEW, START_ELEMENT } from "./explorer-page.ts";

export interface ExplorerSite {
  /** The folder of the built page. */
  readonly page: string;
  readonly index: string;
  /** Files of the model, by their paths within the site. */
  readonly files: ModelFiles;
  /** Whether the model that the package brings along is needed in the site. */
  readonly hasOwnModel: boolean;
}

/** Writes a site whole or not at all. A folder with anything in it is left as it is, unless it is such a site and `force` is given. */
export function exportExplorer(
  path: string,
  { page, index, files, hasOwnModel }: ExplorerSite,
  force: boolean,
): void {
  requireReplaceable(path, force);
  const place = resolve(path);
  const beginning = join(dirname(place), `.${basename(place)}-${process.pid}${UNFINISHED}`);
  try {
    cpSync(page, beginning, {
      recursive: true,
      filter: (source) =>
        hasOwnModel || ![resolve(page, "model"), resolve(page, PREVIEW)].includes(resolve(source)),
    });
    writeFileSync(join(beginning, "index.html"), index);
    for (const [name, bytes] of Object.entries(files)) {
      mkdirSync(dirname(join(beginning, name)), { recursive: true });
      writeFileSync(join(beginning, name), bytes);
    }
    if (existsSync(place)) rmSync(place, { recursive: true });
    renameSync(beginning, place);
  } finally {
    rmSync(beginning, { recursive: true, force: true });
  }
}

function requireReplaceable(path: string, force: boolean): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) {
    const parent = dirname(resolve(path));
    if (!existsSync(parent)) throw new CommandError(`${path}: the folder ${parent} does not exist`);
    return;
  }
  if (!found.isDirectory())
    throw new CommandError(`${path} is no folder, needed a folder to write the page to`);
  if (readdirSync(path).length === 0) return;
  const index = join(path, "index.html");
  const isSite = existsSync(index) && readFileSync(index, "utf8").includes(START_ELEMENT);
  if (!isSite) throw new CommandError(`${path} is a folder with something else in it; it is not replaced`);
  if (!force) throw new CommandError(`${path} exists; give another name, or --force to replace it`);
}
